// What pages gain from scripts. Every page works without them.

const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

// part fetches one named part of a page; undefined when that did not work, so that the page stays as it is.
async function part(address: string, name: string, signal?: AbortSignal): Promise<string | undefined> {
	try {
		const answer = await fetch(address, { headers: { "X-Fragment": name }, signal, credentials: "same-origin" });
		return answer.ok ? await answer.text() : undefined;
	} catch {
		return undefined;
	}
}

// A form with data-live shows its results while somebody types.
function live(form: HTMLFormElement): void {
	const target = document.getElementById(form.dataset.live ?? "");
	if (!target) return;
	let running: AbortController | undefined;
	let shown = "";
	const update = async () => {
		running?.abort();
		const mine = (running = new AbortController());
		await wait(120);
		if (mine.signal.aborted) return;
		const query = new URLSearchParams([...new FormData(form)].filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== ""));
		const address = form.action.split("?")[0] + "?" + query;
		if (address === shown) return; // leaving a field says again what its input said: what the keyboard is on stays
		const html = await part(address, target.id, mine.signal);
		if (html === undefined || mine.signal.aborted) return;
		target.innerHTML = html;
		shown = address;
		if (form.dataset.history !== undefined) history.replaceState(null, "", address);
	};
	form.addEventListener("input", update);
	form.addEventListener("change", update);
}

// An element with data-poll is fetched again until it comes back without the attribute.
async function poll(element: HTMLElement): Promise<void> {
	for (;;) {
		await wait(800);
		const html = await part(location.href, element.id);
		if (html === undefined) continue;
		element.innerHTML = html;
		if (!element.querySelector("[data-running]")) return;
	}
}

// Files may be dropped on a form with data-drop.
function drop(form: HTMLFormElement): void {
	const input = form.querySelector<HTMLInputElement>("input[type=file]");
	const place = form.querySelector<HTMLElement>(".drop");
	if (!input || !place) return;
	for (const kind of ["dragover", "dragenter"]) place.addEventListener(kind, (e) => { e.preventDefault(); place.classList.add("over"); });
	for (const kind of ["dragleave", "drop"]) place.addEventListener(kind, () => place.classList.remove("over"));
	place.addEventListener("drop", (e) => {
		e.preventDefault();
		if (e.dataTransfer?.files.length) {
			input.files = e.dataTransfer.files;
			form.requestSubmit();
		}
	});
}

// rows are what a list offers to the keyboard; row puts the keyboard on one of them.
const rows = () => [...document.querySelectorAll<HTMLElement>("a.person, .move a.button, .move button")];
const row = (index: number) => { const all = rows(); all[Math.max(0, Math.min(all.length - 1, index))]?.focus(); };

// Keys: / search, c note, g and a letter for a page, j and k in lists, ? help.
function keys(): void {
	let went = 0;
	const pages: Record<string, string> = { t: "/", p: "/people", o: "/organisations", i: "/import", s: "/settings" };
	document.addEventListener("keydown", (e) => {
		const on = e.target as HTMLElement;
		if (e.ctrlKey || e.metaKey || e.altKey) return;
		if (on.closest("input, textarea, select, [contenteditable]")) {
			// Escape leaves the field and keeps what was typed; the arrow goes from the search to what it found.
			if (e.key === "Escape") {
				e.preventDefault();
				on.blur();
			} else if (e.key === "ArrowDown" && on.matches("input[type=search]")) {
				e.preventDefault();
				row(0);
			}
			return;
		}
		if (Date.now() - went < 1200 && pages[e.key]) {
			location.assign(pages[e.key]!);
			return;
		}
		const focus = (selector: string) => { const found = document.querySelector<HTMLElement>(selector); if (found) { found.focus(); e.preventDefault(); } };
		switch (e.key) {
			case "g": went = Date.now(); break;
			case "/": focus("main input[type=search]"); break;
			case "c": focus("#capture-text"); break;
			case "?": document.querySelector<HTMLDialogElement>("#keys")?.showModal(); break;
			case "j": case "k":
				row(rows().indexOf(document.activeElement as HTMLElement) + (e.key === "j" ? 1 : -1));
		}
	});
}

document.querySelectorAll<HTMLFormElement>("form[data-live]").forEach(live);
document.querySelectorAll<HTMLFormElement>("form[data-drop]").forEach(drop);
document.querySelectorAll<HTMLElement>("[data-poll]").forEach((e) => void poll(e));
keys();
