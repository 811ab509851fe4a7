// The list that a page stands in, beside it on a wide screen: it comes from its own page, and one goes on in it to the
// next without a new page. Where the list was left, with its filter, it is found again.

const wide = matchMedia("(min-width: 1200px)");
const mark = () => "beside:" + (document.body.dataset.account ?? "") + ":";
const parsed = (text: string) => new DOMParser().parseFromString(text, "text/html");

// left keeps where a list that has been looked at was left, for the pages beside which it stands.
export function left(): void {
	if (document.querySelector("main > [data-list], main > .stack > [data-list]")) {
		const at = new URLSearchParams(location.search);
		at.delete("choose"); // who is chosen in it stands on its own page
		sessionStorage.setItem(mark() + location.pathname, location.pathname + (at.size ? "?" + at : ""));
	}
}

// beside fills the list. wake gives its parts what scripts add to them; go shows the answer to a link in place.
export async function beside(
	nav: HTMLElement, wake: (root: HTMLElement) => void, go: (page: Document, answer: Response) => void,
): Promise<void> {
	if (!wide.matches) {
		wide.addEventListener("change", () => void beside(nav, wake, go), { once: true });
		return;
	}
	const first = nav.dataset.beside ?? "";
	const path = first.split("?")[0];
	const fill = async (address: string) => {
		try {
			const answer = await fetch(address, { credentials: "same-origin" });
			if (!answer.ok) return;
			const list = parsed(await answer.text()).querySelectorAll<HTMLElement>("main [data-list]");
			nav.replaceChildren(...[...list].map((part) => document.importNode(part, true)));
		} catch {
			return;
		}
		sessionStorage.setItem(mark() + path, address);
		nav.querySelector("form")?.removeAttribute("data-history");
		wake(nav);
		chosen(nav);
	};
	nav.addEventListener("click", async (e) => {
		const link = (e.target as HTMLElement).closest("a");
		if (!link || e.ctrlKey || e.metaKey || e.shiftKey || e.button || link.hash) return;
		e.preventDefault();
		if (link.pathname === path) {
			await fill(link.pathname + link.search);
			return;
		}
		try {
			const answer = await fetch(link.href, { credentials: "same-origin" });
			const text = await answer.text();
			if (answer.ok) go(parsed(text), answer);
			else location.assign(link.href);
		} catch {
			location.assign(link.href);
		}
	});
	await fill(sessionStorage.getItem(mark() + path) ?? first);
}

// chosen marks in the list what the page is about, and brings it into sight.
export function chosen(nav: HTMLElement): void {
	for (const link of nav.querySelectorAll<HTMLAnchorElement>(".row a.t")) {
		const is = link.pathname === location.pathname;
		const row = link.closest<HTMLElement>(".row");
		row?.classList.toggle("sel", is);
		if (!is) link.removeAttribute("aria-current");
		else {
			link.setAttribute("aria-current", "page");
			const seen = row && row.offsetTop >= nav.scrollTop && row.offsetTop < nav.scrollTop + nav.clientHeight - 60;
			if (row && !seen) nav.scrollTop = row.offsetTop - nav.clientHeight / 2;
		}
	}
}
