// What pages gain from scripts. Every page works without them.

import { away, settle, waits } from "./away";
import { beside, chosen, left } from "./beside";
import { palette, paletteKey } from "./palette";
import { part, wait } from "./part";
import { whom } from "./person";
import { saves, sieve } from "./saves";
import { swipe } from "./swipe";

// texts are the fields of a form that are no files.
const texts = (data: FormData) => [...data].filter((pair): pair is [string, string] => typeof pair[1] === "string");

// A form with data-live shows its results while somebody types.
function live(form: HTMLFormElement): void {
	const target = document.getElementById(form.dataset.live ?? "");
	if (!target) return;
	const first = form.querySelector<HTMLTextAreaElement>("textarea");
	let running: AbortController | undefined;
	let shown = "";
	const update = async () => {
		running?.abort();
		const mine = (running = new AbortController());
		await wait(120);
		if (mine.signal.aborted) return;
		const query = new URLSearchParams(texts(new FormData(form)).filter(([, value]) => value !== ""));
		const address = form.action.split("?")[0] + "?" + query;
		if (address === shown) return; // leaving a field says again what its input said: what the keyboard is on stays
		const html = await part(address, target.id, mine.signal);
		if (html === undefined || mine.signal.aborted) return;
		target.innerHTML = html;
		wake(target);
		for (const choice of target.querySelectorAll<HTMLElement>("[data-line]")) {
			choice.addEventListener("click", (e) => { // a choice goes on with the line where it is typed
				if (!first) return;
				e.preventDefault();
				first.value = choice.dataset.line ?? "";
				first.focus();
				first.dispatchEvent(new Event("input", { bubbles: true }));
			});
		}
		shown = address;
		if (form.dataset.history !== undefined) history.replaceState(null, "", address);
	};
	form.addEventListener("input", update);
	form.addEventListener("change", update);
	first?.addEventListener("keydown", (e) => {
		// Return sends a line: what was understood whole is stored, all else is asked on its page.
		if (e.key !== "Enter" || e.shiftKey || e.isComposing) return;
		e.preventDefault();
		if (!navigator.onLine && form.matches(".capture") && waits(first.value)) {
			waiting(form);
			return;
		}
		const store = target.querySelector<HTMLButtonElement>("form button.primary");
		if (store && shown) store.click();
		else form.requestSubmit();
	});
}

// An element with data-poll is fetched again until nothing in it runs any more; with data-then, the page is loaded anew
// then.
async function poll(element: HTMLElement): Promise<void> {
	while (element.isConnected) {
		await wait(800);
		const html = await part(location.href, element.id);
		if (html === undefined) continue;
		element.innerHTML = html;
		if (!element.querySelector("[data-running]")) break;
	}
	if (element.isConnected && element.dataset.then === "reload") location.reload();
}

// Files may be dropped on a form with data-drop.
function drop(form: HTMLFormElement): void {
	const input = form.querySelector<HTMLInputElement>("input[type=file]");
	const place = form.querySelector<HTMLElement>(".drop");
	if (!input || !place) return;
	for (const kind of ["dragover", "dragenter"]) {
		place.addEventListener(kind, (e) => { e.preventDefault(); place.classList.add("over"); });
	}
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
const rows = () => [...document.querySelectorAll<HTMLElement>(
	"main .row a.t, main .row .t a, main .row > input[type=checkbox]")];
const row = (index: number) => { const all = rows(); all[Math.max(0, Math.min(all.length - 1, index))]?.focus(); };

// say shows a sentence for ten seconds, or as long as the keyboard or the mouse is on it.
function say(content: HTMLElement): void {
	const place = document.getElementById("said") ??
		document.getElementById("main")!.appendChild(Object.assign(document.createElement("div"), { id: "said" }));
	place.setAttribute("role", "status");
	content.removeAttribute("role");
	content.classList.add("toast");
	place.replaceChildren(content);
	wake(content);
	let left = 10;
	const tick = setInterval(() => {
		if (!content.isConnected) clearInterval(tick);
		else if (!content.matches(":hover, :focus-within") && --left <= 0) {
			clearInterval(tick);
			content.remove();
		}
	}, 1000);
}

// sentence is a plain line of the page's own words, which stand on the body as data.
function sentence(text: string | undefined): void {
	if (!text) return;
	const line = Object.assign(document.createElement("div"), { className: "flash" });
	line.append(Object.assign(document.createElement("span"), { textContent: text }));
	say(line);
}

// Drafts: what is typed in a form that is sent is kept on this device for a day, until the server took it. They are of
// one account: whoever signs in next on the device does not see them.
type Draft = { base: string; value: string; at: number };
const drafts = "draft:";
const draftOf = (form: HTMLFormElement, field: Element) =>
	drafts + [document.body.dataset.account ?? "", location.pathname, form.getAttribute("action") ?? "",
		(field as HTMLInputElement).name].join(" ");
const typed = (form: HTMLFormElement) =>
	[...form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
		"input[type=text], input:not([type]), textarea")].filter((f) => f.name);

function keep(form: HTMLFormElement): void {
	for (const field of typed(form)) {
		const kept = localStorage.getItem(draftOf(form, field));
		if (!kept) continue;
		const draft = JSON.parse(kept) as Draft;
		if (Date.now() - draft.at > 86_400_000) localStorage.removeItem(draftOf(form, field));
		else if (field.value === draft.base) field.value = draft.value;
	}
	form.addEventListener("input", (e) => {
		const field = e.target as HTMLInputElement;
		if (!typed(form).includes(field)) return;
		const draft: Draft = { base: field.defaultValue, value: field.value, at: Date.now() };
		if (draft.value === draft.base) localStorage.removeItem(draftOf(form, field));
		else localStorage.setItem(draftOf(form, field), JSON.stringify(draft));
	});
}

function forget(form: HTMLFormElement): void {
	for (const field of typed(form)) localStorage.removeItem(draftOf(form, field));
}

// waiting says that a line is kept until there is a connection, and empties the sheet on which it was typed.
function waiting(form: HTMLFormElement): void {
	const sheet = form.closest<HTMLDialogElement>("dialog");
	const line = sheet?.querySelector<HTMLFormElement>("form[data-draft]") ?? form;
	forget(line);
	line.reset();
	sheet?.querySelector(".capture-preview")?.replaceChildren();
	sheet?.close();
	sentence(document.body.dataset.waits);
}

// send posts a form and shows its answer in place: the page does not jump, and what fails leaves all as it was.
async function send(form: HTMLFormElement, by: HTMLElement | null): Promise<void> {
	const body = new FormData(form, by);
	const sheet = form.closest<HTMLDialogElement>("dialog");
	if (sheet) body.set("back", location.pathname + location.search);
	const place = form.closest<HTMLElement>(".row, .now, section") ?? form;
	if (form.dataset.sending !== undefined) return;
	form.dataset.sending = "";
	document.documentElement.dataset.sending = "";
	const slow = setTimeout(() => place.classList.add("busy"), 300);
	try {
		const answer = await fetch(form.action, {
			method: "POST", body: new URLSearchParams(texts(body)), credentials: "same-origin",
		});
		if (answer.status === 401 && document.body.classList.contains("in")) { // signed out in the middle
			location.assign("/signin?next=" + encodeURIComponent(location.pathname + location.search));
			return;
		}
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		// What went wrong is said on the page of the form where it can be mended; other pages of errors only say it.
		const error = page.querySelector("main .empty:has(h1)");
		// Where the form stands no more, such as when a person was erased meanwhile, it stays here with its words.
		const there = [...page.querySelectorAll("main [name]")].map((f) => f.getAttribute("name"));
		const gone = typed(form).some((f) => f.value && !there.includes(f.name));
		if (!answer.ok && (error || gone || !page.querySelector("main"))) {
			sentence((error?.querySelector("p") ?? page.querySelector("main .flash.error"))?.textContent ??
				document.body.dataset.failed);
			return;
		}
		if (answer.ok) {
			forget(form);
			const line = sheet?.querySelector<HTMLFormElement>("form[data-draft]");
			if (line) {
				forget(line);
				line.reset();
				sheet?.querySelector(".capture-preview")?.replaceChildren();
			}
			sheet?.close();
			// What is sent with a mail is written in it by then: the mail opens beside the page.
			if (by?.dataset.mail) Object.assign(document.createElement("a"), { href: by.dataset.mail }).click();
		}
		show(page, answer, place);
	} catch {
		const line = body.get("text");
		if (new URL(form.action).pathname === "/capture" && typeof line === "string" && waits(line)) waiting(form);
		else sentence(document.body.dataset.offline);
	} finally {
		delete document.documentElement.dataset.sending;
		delete form.dataset.sending;
		clearTimeout(slow);
		place.classList.remove("busy");
	}
}

// show puts the answer to a form in place of the page that it was sent from.
function show(page: Document, answer: Response, place: HTMLElement): void {
	// An answer that stands on another page says where, so that going back and loading again work there.
	const stands = answer.headers.get("Content-Location");
	const here = new URL(stands ?? answer.url, answer.url);
	// A page with a policy of its own has it only when the browser loads it.
	if (page.querySelector("main [data-policy]")) {
		location.assign(here);
		return;
	}
	const moved = answer.redirected || stands !== null || place.matches("nav");
	const same = !moved || here.pathname === location.pathname;
	const index = [...document.querySelectorAll("main .row, main .now")].indexOf(place);
	const open = [...document.querySelectorAll<HTMLDetailsElement>("main details[open][id]")].map((d) => d.id);
	const body = document.importNode(page.body, true);
	const from = scrollY;
	const set = document.activeElement?.matches("form[data-reckon] input") ? document.activeElement.id : "";
	if (moved && !same) history.pushState(null, "", here.href);
	else if (moved) history.replaceState(null, "", here.href);
	document.title = page.title;
	for (const name of ["lang", "data-theme"]) {
		document.documentElement.setAttribute(name, page.documentElement.getAttribute(name) ?? "");
	}
	const list = document.querySelector<HTMLElement>("nav.beside");
	const empty = body.querySelector<HTMLElement>("nav.beside");
	const stays = list?.firstChild && list.dataset.beside === empty?.dataset.beside ? list : null;
	if (stays) empty?.removeAttribute("data-beside");
	document.body.replaceWith(body);
	for (const name of open) document.getElementById(name)?.setAttribute("open", "");
	wake(document.body);
	if (stays) {
		const from = stays.scrollTop;
		empty?.replaceWith(stays);
		stays.scrollTop = from;
		chosen(stays);
	}
	const wrong = document.querySelector<HTMLElement>("main [aria-invalid], main fieldset.choices input");
	if (wrong && !answer.ok) {
		wrong.focus();
		return;
	}
	const at = page.querySelector<HTMLElement>("[data-at]")?.dataset.at || here.hash.slice(1);
	const anchor = at && document.getElementById(at);
	if (!same && !anchor) {
		scrollTo(0, 0);
		if (place.matches("nav")) {
			place.querySelector<HTMLElement>("[aria-current=page]")?.focus({ preventScroll: true });
			return;
		}
		document.getElementById("main")?.focus({ preventScroll: true });
		return;
	}
	scrollTo(0, from);
	if (set) {
		document.getElementById(set)?.focus({ preventScroll: true });
		return;
	}
	const top = anchor ? anchor.getBoundingClientRect().top : 0;
	if (anchor && (!same || top < 0 || top > innerHeight)) anchor.scrollIntoView();
	const next = [...document.querySelectorAll("main .row, main .now")][index]
		?.querySelector<HTMLElement>("a.t, .t a, button");
	(next ?? document.getElementById("main"))?.focus({ preventScroll: true });
}

function post(form: HTMLFormElement): void {
	if (form.method !== "post") return;
	keep(form);
	if (form.enctype === "multipart/form-data" || form.dataset.whole !== undefined) return;
	form.addEventListener("submit", (e) => {
		if (e.defaultPrevented) return;
		e.preventDefault();
		void send(form, e.submitter);
	});
}

// A form with data-reckon is sent when what is set in it rests.
function reckon(form: HTMLFormElement): void {
	let turn = 0;
	form.addEventListener("change", async () => {
		const mine = ++turn;
		await wait(400);
		if (mine === turn && form.isConnected) form.requestSubmit();
	});
}

// A link with data-sheet opens the sheet of that name instead of its page.
function sheets(link: HTMLAnchorElement): void {
	const sheet = document.getElementById(link.dataset.sheet ?? "");
	if (!(sheet instanceof HTMLDialogElement)) return;
	link.addEventListener("click", (e) => {
		if (e.ctrlKey || e.metaKey || e.shiftKey) return;
		e.preventDefault();
		sheet.showModal();
		const field = sheet.querySelector<HTMLTextAreaElement | HTMLInputElement>("textarea, [role=combobox]");
		if (field && !field.value && link.dataset.text) field.value = link.dataset.text;
		field?.focus();
		field?.setSelectionRange(field.value.length, field.value.length);
		if (field?.value) field.dispatchEvent(new Event("input", { bubbles: true }));
	});
}

// Copying: a button with data-copy puts the text of the element of that name on the clipboard.
function copies(button: HTMLButtonElement): void {
	button.addEventListener("click", () => {
		const from = document.getElementById(button.dataset.copy ?? "");
		if (!from) return;
		void navigator.clipboard.writeText(from.innerText.trim()).then(() => sentence(document.body.dataset.copied));
	});
}

// Names on hover: a pointer that rests on a link with data-hover shows the first rows of the part that it leads to.
function hovers(link: HTMLAnchorElement): void {
	let over = false;
	link.addEventListener("pointerleave", () => { over = false; });
	link.addEventListener("pointerenter", async () => {
		over = true;
		await wait(250);
		if (!over || link.title) return;
		const html = await part(link.href, link.dataset.hover!);
		const page = new DOMParser().parseFromString(html ?? "", "text/html");
		const rows = page.querySelectorAll(`#${link.dataset.hover} li`);
		const names = [...rows].map((row) => row.textContent!.replace(/\s+/g, " ").trim());
		link.title = names.slice(0, 12).join("\n") + (names.length > 12 ? "\n…" : "");
	});
}

// Pictures: a button with data-png makes points of the drawing at that address, and saves them.
function points(button: HTMLButtonElement): void {
	button.addEventListener("click", async () => {
		const answer = await fetch(button.dataset.png ?? "", { credentials: "same-origin" });
		if (!answer.ok) return;
		const image = new Image();
		image.src = "data:image/svg+xml," + encodeURIComponent(await answer.text());
		await image.decode();
		const canvas = document.createElement("canvas"), c = canvas.getContext("2d")!;
		[canvas.width, canvas.height] = [2 * image.naturalWidth, 2 * image.naturalHeight];
		c.fillStyle = "#fff";
		c.fillRect(0, 0, canvas.width, canvas.height);
		c.drawImage(image, 0, 0, canvas.width, canvas.height);
		button.dataset.made = canvas.width + " " + canvas.height;
		const link = document.createElement("a");
		[link.href, link.download] = [canvas.toDataURL("image/png"), button.dataset.name ?? "picture.png"];
		link.click();
	});
}

// Keys: / search, n note, g and the first letter of a place, j and k in lists, o open, x choose, . acts, e done, h
// later, z undo, ? help. A setting puts all of them off.
function keys(): void {
	let went = 0;
	document.addEventListener("keydown", (e) => {
		const on = e.target as HTMLElement;
		if (e.ctrlKey || e.metaKey || e.altKey || document.querySelector("dialog[open]")) return;
		if (document.body.dataset.keys === "off") return;
		if (on.closest("input:not([type=checkbox]), textarea, select, [contenteditable]")) {
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
		if (Date.now() - went < 1200) {
			const to = [...document.querySelectorAll<HTMLElement>("[data-go]")]
				.find((k) => k.textContent === e.key)?.dataset.go;
			went = 0;
			if (to) location.assign(to);
			return;
		}
		const click = (selector: string, within: ParentNode = document) => {
			const found = within.querySelector<HTMLElement>(selector);
			if (!found) return;
			e.preventDefault();
			found.click();
		};
		const current = on.closest<HTMLElement>(".row, .now");
		switch (e.key) {
			case "g": went = Date.now(); break;
			case "/": {
				const field = document.querySelector<HTMLElement>("main form[action='/search'] input");
				if (field) { e.preventDefault(); field.focus(); } else click("a[data-sheet=palette]");
				break;
			}
			case "n": click("a[data-sheet=jot]"); break;
			case "?": document.querySelector<HTMLDialogElement>("#keys")?.showModal(); break;
			case "o": if (current) click("a.t, .t a", current); break;
			case "x":
				if (current?.querySelector(":scope > input")) click(":scope > input", current);
				else click("main a[href*='choose=1']");
				break;
			case ".": { // what is chosen in a list has its acts where it stands whole
				const acts = (within: ParentNode | null) => [...within?.querySelectorAll<HTMLElement>(
					"button, .button, summary") ?? []].find((act) => act.checkVisibility());
				(acts(current) ?? acts(document.querySelector("main .now")))?.focus();
				break;
			}
			case "e": if (current) click("[data-do=done]", current); break;
			case "h": if (current) click("[data-do=later]", current); break;
			case "z": click(".toast button"); break;
			case "j": case "k":
				row(rows().indexOf(document.activeElement as HTMLElement) + (e.key === "j" ? 1 : -1));
		}
	});
}

// ask puts the keyboard in the first empty field of a page that is one question, so that it can be answered at once.
function ask(): void {
	const field = [...document.querySelectorAll<HTMLInputElement>("main form[data-ask] :is(input, textarea)")]
		.find((f) => !f.value && f.checkVisibility());
	if (field && !location.hash && document.activeElement === document.body) field.focus();
}

// wake gives the parts of a page what scripts add to them.
function wake(root: HTMLElement): void {
	const each = <E extends Element>(selector: string, does: (e: E) => void) =>
		root.querySelectorAll<E>(selector).forEach(does);
	each("form[data-live]", live);
	each("form[data-draft]", keep);
	each("form[data-drop]", drop);
	each<HTMLElement>("[data-poll]", (e) => void poll(e));
	each("form[method=post]", post);
	each("form[data-reckon]", reckon);
	each("form[data-saves]", saves);
	each("[data-sieve]", sieve);
	each("[data-swipe]", swipe);
	each("form[data-away]", away);
	each("[data-whom]", whom); // once drafts are back
	each<HTMLDetailsElement>("details[data-wide]", (d) => { d.open ||= matchMedia("(min-width: 1200px)").matches; });
	each("a[data-sheet]", sheets);
	each("button[data-copy]", copies);
	each("button[data-png]", points);
	each("a[data-hover]", hovers);
	each<HTMLElement>("nav[data-beside]", (nav) => void beside(nav, wake, (page, answer) => show(page, answer, nav)));
	each("button[data-print]", (button) => button.addEventListener("click", () => print()));
	each("dialog#palette", palette);
	each<HTMLFormElement>("form[data-passkey]", async (form) => (await import(form.dataset.passkey!)).passkey(form));
	each<HTMLFormElement>("form[action='/signout']", (form) => form.addEventListener("submit", () => {
		for (const key of Object.keys(localStorage)) {
			if (key.startsWith(drafts) || key === "account") localStorage.removeItem(key);
		}
	}));
	const flash = root.querySelector<HTMLElement>("[data-toast]");
	if (flash) {
		delete flash.dataset.toast;
		say(flash);
	}
}

addEventListener("pagehide", left);
addEventListener("popstate", () => location.reload());
wake(document.body);
ask();
keys();
paletteKey();
void settle(say);
addEventListener("online", () => void settle(say));
if (document.body.dataset.worker) void navigator.serviceWorker?.register(document.body.dataset.worker).catch(() => {});
