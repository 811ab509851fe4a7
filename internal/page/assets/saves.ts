// A form with data-saves stores what is ticked or chosen in it while somebody goes on: what was said to be saved is.

import { wait } from "./part";

// saves sends the form as it stands when a change rests, and says when it is stored. What fails is tried again, and at
// the latest sent with the button.
export function saves(form: HTMLFormElement): void {
	const said = form.querySelector<HTMLElement>("[data-saved]");
	const say = (text: string | undefined) => { if (said && text) said.textContent = text; };
	let turn = 0;
	const save = async (mine: number, pause: number) => {
		await wait(pause);
		if (mine !== turn || !form.isConnected || form.dataset.sending !== undefined) return;
		const body = new URLSearchParams();
		for (const [name, value] of new FormData(form)) if (typeof value === "string") body.append(name, value);
		body.set("do", "keep");
		body.delete("once"); // what is ticked, unticked and ticked again is stored each time
		let stored = false;
		try {
			stored = (await fetch(form.action, { method: "POST", body, credentials: "same-origin" })).ok;
		} catch { /* no connection */ }
		if (mine !== turn || !form.isConnected) return;
		say(stored ? form.dataset.saves : form.dataset.unsaved);
		if (!stored) void save(mine, Math.min(2 * pause, 30_000));
	};
	form.addEventListener("change", (e) => {
		if ((e.target as HTMLElement).matches("[data-sieve]")) return;
		void save(++turn, 500);
	});
	form.addEventListener("submit", () => { turn++; }); // what is sent now holds all of it
}

// sieve shows of the names in a form only those that begin with what is typed, and opens what holds them.
export function sieve(field: HTMLInputElement): void {
	const form = field.form;
	if (!form) return;
	const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
	const parts = [...form.querySelectorAll<HTMLDetailsElement>("details.department")];
	const before = new Map(parts.map((d) => [d, d.open]));
	field.addEventListener("input", () => {
		const words = plain(field.value).split(/\s+/).filter((w) => w);
		for (const label of form.querySelectorAll<HTMLLabelElement>(".picks label")) {
			const names = plain(label.textContent ?? "").split(/[\s-]+/);
			label.hidden = !words.every((w) => names.some((name) => name.startsWith(w)));
		}
		for (const [part, open] of before) {
			const some = part.querySelector(".picks label:not([hidden])") !== null;
			part.hidden = !some;
			part.open = words.length > 0 ? some : open;
		}
	});
	field.addEventListener("keydown", (e) => { // they are shown already: nothing needs to be sent
		if (e.key === "Enter") e.preventDefault();
	});
}
