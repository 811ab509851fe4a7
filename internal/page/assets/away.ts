// What is noted without a connection waits on this device, and is sent when there is one again. It is kept with the
// drafts, of one account, and goes with them when the reader signs out.

import { wait } from "./part";

type Line = { once: string; text: string; at: number; unclear?: boolean };

// mark names the account whose lines wait; the page without a connection knows it from the last page that was shown.
const mark = () => document.body.dataset.account || localStorage.getItem("account") || "";
const place = () => "draft:waiting " + mark();
const lines = () => JSON.parse(localStorage.getItem(place()) ?? "[]") as Line[];
const store = (list: Line[]) =>
	list.length ? localStorage.setItem(place(), JSON.stringify(list)) : localStorage.removeItem(place());

// waits keeps a line until it can be sent; false when nobody knows whose it is, or there is nothing in it.
export function waits(text: string): boolean {
	if (!mark() || !text.trim()) return false;
	store([...lines(), { once: crypto.randomUUID?.() ?? String(Math.random()), text: text.trim(), at: Date.now() }]);
	return true;
}

// settle sends what waits, one after the other, and tells of it. A line that is not clear is asked about.
export async function settle(tell: (line: HTMLElement) => void): Promise<void> {
	if (!document.body.classList.contains("in")) return;
	localStorage.setItem("account", mark());
	let sent = 0;
	for (const line of lines().filter((l) => !l.unclear)) {
		const body = new URLSearchParams({ text: line.text, once: line.once, at: String(line.at) });
		try {
			const answer = await fetch("/capture", { method: "POST", body, credentials: "same-origin" });
			if (answer.status === 401 || answer.status >= 500) break;
			sent += answer.ok ? 1 : 0;
			// Others may have been noted meanwhile.
			store(answer.ok ? lines().filter((l) => l.once !== line.once) :
				lines().map((l) => l.once === line.once ? { ...l, unclear: true } : l));
		} catch {
			break; // still none
		}
	}
	const unclear = lines().find((l) => l.unclear);
	if (!sent && !unclear) return;
	const said = Object.assign(document.createElement("div"), { className: "flash" });
	said.append(Object.assign(document.createElement("span"), {
		textContent: unclear ? document.body.dataset.unclear + " " + unclear.text : document.body.dataset.sent,
	}));
	if (unclear) {
		const look = Object.assign(document.createElement("a"), {
			className: "button", href: "/capture?text=" + encodeURIComponent(unclear.text),
			textContent: document.body.dataset.look,
		});
		look.addEventListener("click", () => store(lines().filter((l) => l.once !== unclear.once)));
		said.append(look);
	}
	tell(said);
}

// away is the page without a connection: what is noted there waits, what waits is listed, and the page that was asked
// for comes as soon as there is a connection.
export function away(form: HTMLFormElement): void {
	const field = form.querySelector("textarea");
	const list = document.getElementById("waiting");
	if (!field || !list || !mark()) return;
	const show = () => list.replaceChildren(...lines().map((l) =>
		Object.assign(document.createElement("li"), { textContent: l.text })));
	const asked = new URLSearchParams(location.search);
	if (location.pathname === "/capture") { // shared from elsewhere, or typed on a page
		field.value = ["text", "title", "url"].map((name) => asked.get(name)?.trim()).filter((t) => t).join(" ");
	}
	form.hidden = false;
	show();
	form.addEventListener("submit", (e) => {
		e.preventDefault();
		if (waits(field.value)) form.reset();
		show();
		field.focus();
	});
	addEventListener("online", async () => {
		await wait(500); // a connection that comes and goes is none
		if (!navigator.onLine) return;
		if (waits(field.value)) form.reset();
		if (location.pathname === "/capture") location.assign("/");
		else location.reload();
	});
}
