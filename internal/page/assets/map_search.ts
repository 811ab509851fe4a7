// The search on the map of the network.

import { wait } from "./part";

// Found is somebody on the map: their place in its numbers, and what is known of them.
export type Found = { place: number; id: string; name: string; under?: string };

// search lists under its field who is found while one types; the arrows go through the list, and Enter or a tap
// chooses. ask is asked for those whom some letters may mean, and gives nothing when the map is another one by now.
export function search(root: HTMLElement, ask: (letters: string) => Promise<Found[] | undefined>,
	chosen: (one: Found) => void): void {
	const field = root.querySelector<HTMLInputElement>("#net-q")!;
	const list = root.querySelector<HTMLElement>("#net-found")!;
	let found: Found[] = [], turn = 0, at = -1;
	field.setAttribute("role", "combobox");
	field.setAttribute("aria-controls", list.id);
	field.setAttribute("aria-autocomplete", "list");
	const close = () => {
		list.hidden = true;
		field.setAttribute("aria-expanded", "false");
		field.removeAttribute("aria-activedescendant");
		at = -1;
	};
	close();
	const take = (one: Found) => {
		close();
		field.value = one.name;
		chosen(one);
	};
	const mark = () => {
		[...list.children].forEach((e, i) => e.setAttribute("aria-selected", String(i === at)));
		if (at >= 0) field.setAttribute("aria-activedescendant", list.children[at]!.id);
	};
	field.addEventListener("input", async () => {
		const mine = ++turn;
		await wait(100);
		if (mine !== turn) return;
		if (!field.value.trim()) { close(); return; }
		const answer = await ask(field.value.trim());
		if (!answer || mine !== turn) return;
		found = answer;
		list.replaceChildren(...found.map((one, i) => {
			const option = Object.assign(document.createElement("li"), { id: "net-found-" + i });
			option.setAttribute("role", "option");
			option.append(Object.assign(document.createElement("b"), { textContent: one.name }), " ",
				Object.assign(document.createElement("span"), { textContent: one.under ?? "" }));
			option.addEventListener("pointerdown", (e) => { e.preventDefault(); take(one); });
			return option;
		}));
		if (!found.length) {
			const none = document.createElement("li");
			none.textContent = root.dataset.saysNone ?? "";
			none.setAttribute("role", "option");
			none.setAttribute("aria-disabled", "true");
			list.append(none);
		}
		list.hidden = false;
		field.setAttribute("aria-expanded", "true");
		at = found.length ? 0 : -1;
		mark();
	});
	field.addEventListener("keydown", (e) => {
		if (list.hidden) return;
		if (e.key === "ArrowDown" || e.key === "ArrowUp") {
			e.preventDefault();
			at = (at + (e.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(1, found.length);
			mark();
		} else if (e.key === "Enter" && found[at]) {
			e.preventDefault();
			take(found[at]!);
		} else if (e.key === "Escape") {
			e.stopPropagation();
			close();
		}
	});
	field.addEventListener("blur", close);
}
