// The palette: search, or do, from every page. What it shows is a part of the page of the search; the keyboard stays in
// its field and chooses from the list below.

import { part, wait } from "./part";

// palette wakes the dialog.
export function palette(dialog: HTMLDialogElement): void {
	const form = dialog.querySelector("form");
	const input = dialog.querySelector("input");
	const list = dialog.querySelector<HTMLElement>("[role=listbox]");
	if (!form || !input || !list) return;
	let running: AbortController | undefined;
	let shown: string | undefined; // what the list is the answer to
	let entered = false; // Return was pressed before its answer came
	let moved = false; // an arrow chose
	const options = () => [...list.querySelectorAll<HTMLAnchorElement>("[role=option]")];
	const chosen = () => list.querySelector<HTMLAnchorElement>("[aria-selected=true]");
	const choose = (option: HTMLAnchorElement | undefined) => {
		chosen()?.setAttribute("aria-selected", "false");
		option?.setAttribute("aria-selected", "true");
		option?.scrollIntoView({ block: "nearest" });
		input.setAttribute("aria-activedescendant", option?.id ?? "");
	};
	const update = async (pause: number) => {
		running?.abort();
		list.ariaBusy = String(input.value !== shown);
		if (input.value === shown) return;
		const mine = (running = new AbortController());
		entered = false;
		await wait(pause);
		if (mine.signal.aborted) return;
		const asked = input.value;
		const address = form.action + "?q=" + encodeURIComponent(asked);
		const html = await part(address, list.id, mine.signal);
		if (mine.signal.aborted) return;
		if (html !== undefined) {
			const kept = moved ? chosen()?.href : undefined;
			list.innerHTML = html;
			list.scrollTop = 0;
			shown = asked;
			list.ariaBusy = "false";
			choose(options().find((o) => o.href === kept) ?? options()[0]);
		}
		if (!entered) return;
		if (html === undefined) location.assign(address);
		else chosen()?.click();
	};
	input.addEventListener("input", () => void update(80));
	input.addEventListener("focus", () => void update(0));
	input.addEventListener("keydown", (e) => {
		if (e.isComposing) return;
		const all = options();
		const step = e.key === "ArrowDown" ? 1 : e.key === "ArrowUp" ? -1 : 0;
		moved = step !== 0;
		if (step) choose(all[(all.indexOf(chosen() as HTMLAnchorElement) + step + all.length) % all.length]);
		else if (e.key === "Enter" && input.value === shown) chosen()?.click();
		else if (e.key === "Enter") entered = true;
		else if (e.key === "Escape") dialog.close(); // else it would only empty the field
		else return;
		e.preventDefault();
	});
	dialog.addEventListener("click", (e) => {
		const option = (e.target as Element).closest<HTMLAnchorElement>("[role=option]");
		if (option && shown !== undefined && input.value !== shown) {
			// What is done with the words is done with all of them, also where the list has not caught up.
			const to = new URL(option.href);
			for (const [name, value] of to.searchParams) {
				if (value === shown.trim()) to.searchParams.set(name, input.value.trim());
			}
			option.href = to.href;
		}
		if (e.target === dialog || (option && !e.ctrlKey && !e.metaKey && !e.shiftKey)) dialog.close();
	});
	dialog.addEventListener("close", () => {
		running?.abort();
		input.value = "";
	});
}

// paletteKey opens the palette by Ctrl-K and Cmd-K, also while something is typed.
export function paletteKey(): void {
	document.addEventListener("keydown", (e) => {
		if (e.key !== "k" || !(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return;
		const link = document.querySelector<HTMLElement>("a[data-sheet=palette]");
		if (!link) return;
		e.preventDefault();
		if (!document.querySelector("dialog[open]")) link.click();
	});
}
