// Fields in which people are typed by name (page.PersonField): a list to choose from while somebody types. What was
// chosen stays plain text, with a hidden field that says who is meant; without this script the server asks.

import { part, wait } from "./part";

type Field = HTMLInputElement | HTMLTextAreaElement;

const meant = "meant."; // as page.MeantField
const longest = 100; // no name is longer that somebody types

// Piece is the name in a field that the cursor is on, without the space around it.
interface Piece {
	from: number;
	to: number;
	text: string;
}

const pieceBetween = (value: string, from: number, to: number): Piece => {
	const raw = value.slice(from, to);
	const text = raw.trim();
	from += raw.length - raw.trimStart().length;
	return { from, to: from + text.length, text };
};

// pieces are all names in a field.
function pieces(field: Field): Piece[] {
	const kind = field.dataset.whom, value = field.value;
	if (kind === "one") return [pieceBetween(value, 0, value.length)];
	const out: Piece[] = [];
	let at = 0;
	for (const item of value.split(kind === "lines" ? "\n" : /[,;]/)) {
		const name = kind === "lines" ? item.split(/[,;\t]/, 1)[0]! : item;
		out.push(pieceBetween(value, at, at + name.length));
		at += item.length + 1;
	}
	return out;
}

// here is the name that the cursor is on; undefined when it is on something else, such as a number of votes.
function here(field: Field): Piece | undefined {
	const cursor = field.selectionStart ?? field.value.length;
	const before = field.value.slice(0, cursor);
	const kind = field.dataset.whom;
	if (kind === "one") return pieces(field)[0];
	if (kind === "lines" && /[,;\t][^\n]*$/.test(before)) return undefined;
	return pieces(field)[before.split(kind === "lines" ? "\n" : /[,;]/).length - 1];
}

// said are the hidden fields of a form that say who is meant.
const said = (form: HTMLFormElement) =>
	[...form.querySelectorAll<HTMLInputElement>(`input[type=hidden][name^="${meant}"]`)];

// whom gives a field its list.
export function whom(field: Field): void {
	const form = field.form, place = field.closest<HTMLElement>(".whom");
	if (!form || !place) return;
	const list = document.createElement("ul");
	list.id = field.id + "-found";
	list.setAttribute("role", "listbox");
	list.setAttribute("aria-label", field.labels?.[0]?.textContent ?? "");
	list.hidden = true;
	const count = document.createElement("p");
	count.className = "hidden";
	count.setAttribute("role", "status");
	field.after(list, count);
	field.setAttribute("aria-autocomplete", "list");
	field.setAttribute("aria-controls", list.id);
	const combobox = field instanceof HTMLInputElement; // a field of lines has no such role
	if (combobox) field.setAttribute("role", "combobox");

	let running: AbortController | undefined;
	let on = -1; // the row that the keyboard is on
	const rows = () => [...list.querySelectorAll<HTMLElement>("[role=option]")];

	const mark = (row: number) => {
		on = row;
		rows().forEach((option, i) => {
			option.setAttribute("aria-selected", String(i === row));
			if (i === row) option.scrollIntoView({ block: "nearest" });
		});
		if (row < 0) field.removeAttribute("aria-activedescendant");
		else field.setAttribute("aria-activedescendant", `${list.id}-${row}`);
	};
	const open = (shown: boolean) => {
		list.hidden = !shown;
		list.style.top = `${field.offsetTop + field.offsetHeight}px`;
		if (combobox) field.setAttribute("aria-expanded", String(shown));
		mark(-1);
	};
	const close = () => {
		running?.abort();
		open(false);
		list.replaceChildren();
		count.textContent = "";
	};

	// A name that was changed means nobody yet; one that somebody was chosen for is seen as such.
	const settle = () => {
		const names = pieces(field).map((piece) => piece.text);
		for (const hidden of said(form)) {
			if (place.contains(hidden) && !names.includes(hidden.name.slice(meant.length))) hidden.remove();
		}
		const known = said(form).map((hidden) => hidden.name.slice(meant.length));
		const written = names.filter((name) => name !== "");
		field.toggleAttribute("data-met", written.length > 0 && written.every((name) => known.includes(name)));
	};

	const choose = (option: HTMLElement) => {
		const piece = here(field);
		const id = option.dataset.id ?? "";
		if (!piece || !id) return;
		const plain = (text: string) =>
			(field.dataset.whom === "one" ? text : text.replace(/[,;]/g, " ")).replace(/\s+/g, " ").trim();
		let name = plain(option.dataset.name ?? "");
		const other = (name: string) =>
			said(form).some((hidden) => hidden.name === meant + name && hidden.value !== id) &&
			[...form.querySelectorAll<Field>("[data-whom]")].some((one) =>
				pieces(one).some((p) => p.text === name && !(one === field && p.from === piece.from)));
		if (other(name) && option.dataset.at) name += ` (${plain(option.dataset.at)})`;
		for (let n = 2, first = name; other(name); n++) name = `${first} (${n})`;
		for (const hidden of said(form)) if (hidden.name === meant + name) hidden.remove();
		const hidden = document.createElement("input");
		hidden.type = "hidden";
		hidden.name = meant + name;
		hidden.value = id;
		place.append(hidden);
		field.setRangeText(name, piece.from, piece.to, "end");
		close();
		// a form that is live sees it
		field.dispatchEvent(new CustomEvent("input", { bubbles: true, detail: "chosen" }));
	};

	const look = async () => {
		running?.abort();
		const piece = here(field);
		const name = piece?.text ?? "";
		const chosen = said(form).some((hidden) => hidden.name === meant + name);
		if (!/\p{L}/u.test(name) || name.length > longest || chosen) return close();
		const mine = (running = new AbortController());
		await wait(100);
		if (mine.signal.aborted) return;
		const query = new URLSearchParams({ q: name });
		if (form.method === "post") query.set("adds", "1"); // only what is stored makes somebody new
		const html = await part("/people/find?" + query, "found", mine.signal);
		if (html === undefined || mine.signal.aborted || document.activeElement !== field) return;
		list.innerHTML = html;
		const words = list.querySelector<HTMLElement>("li[hidden]");
		words?.remove();
		rows().forEach((option, i) => (option.id = `${list.id}-${i}`));
		open(rows().length > 0);
		count.textContent = words?.textContent?.trim() ?? "";
	};

	field.addEventListener("input", (e) => {
		settle();
		if (!(e instanceof CustomEvent)) void look();
	});
	field.addEventListener("keydown", (event) => {
		const e = event as KeyboardEvent;
		if (e.isComposing || e.ctrlKey || e.metaKey || e.altKey) return;
		const all = rows();
		if (list.hidden) {
			if (e.key === "ArrowDown" && combobox) void look();
			return;
		}
		const option = all[on];
		switch (e.key) {
			case "ArrowDown": mark(on + 1 < all.length ? on + 1 : 0); break;
			case "ArrowUp": mark(on > 0 ? on - 1 : all.length - 1); break;
			case "Escape": close(); break;
			case "Enter":
				if (!option) return close();
				choose(option);
				break;
			case "Tab":
				if (option) choose(option);
				else close();
				return; // and on to the next field
			default: return;
		}
		e.preventDefault();
		e.stopPropagation(); // the keys of the page are not meant
	});
	field.addEventListener("blur", close);
	list.addEventListener("mousedown", (e) => e.preventDefault()); // the field keeps the cursor
	list.addEventListener("click", (e) => {
		const option = (e.target as HTMLElement).closest<HTMLElement>("[role=option]");
		if (option) choose(option);
	});
	open(false);
	settle();
}
