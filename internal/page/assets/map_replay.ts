// How the network on the map grew.

import { wait } from "./part";

// always is the month behind all others: who is shown until then is everybody.
export const always = 65535;

// replay lets a slider and its buttons go through the months in which the network grew. show draws the map as it was at
// the end of a month, or always; count says how many people and ties there were then.
export function replay(root: HTMLElement, show: (until: number) => void,
	count: (until: number) => { people: number; ties: number }): void {
	const slider = root.querySelector<HTMLInputElement>("[data-map=month]");
	if (!slider) return;
	const said = root.querySelector<HTMLElement>("[data-map=said]")!;
	const years = root.querySelector<HTMLElement>(".net-years")!;
	const first = Number(slider.min), last = Number(slider.max);
	const told = (m: number, options: Intl.DateTimeFormatOptions) =>
		new Intl.DateTimeFormat(document.documentElement.lang, { ...options, timeZone: "UTC" })
			.format(Date.UTC(1970, m, 1));
	const month = (m: number) => told(m, { month: "long", year: "numeric" });
	const step = Math.max(1, Math.ceil((last - first) / 12 / 7));
	const from = Math.ceil(first / 12) * 12, marks: [number, string][] = [];
	const room = Math.max(6 * step, 0.18 * (last - first)); // for the name of the last month
	for (let m = from; m < last - room; m += 12 * step) marks.push([m, String(1970 + m / 12)]);
	marks.push([last, told(last, { month: "short", year: "2-digit" })]);
	years.replaceChildren(...marks.map(([m, text]) => {
		const span = Object.assign(document.createElement("span"), { textContent: text });
		span.style.left = 100 * (m - first) / Math.max(1, last - first) + "%";
		return span;
	}));
	let telling = 0;
	const tell = async (m: number) => {
		slider.setAttribute("aria-valuetext", month(m));
		const mine = ++telling;
		await wait(250);
		if (mine !== telling) return;
		const { people, ties } = count(m >= last ? always : m);
		said.textContent = (root.dataset.saysMonth ?? "").replace("{month}", month(m))
			.replace("{people}", String(people)).replace("{ties}", String(ties));
		root.dataset.month = said.textContent;
	};
	const set = (m: number) => {
		show(m >= last ? always : m);
		void tell(m);
	};
	slider.setAttribute("aria-valuetext", month(last));
	slider.addEventListener("input", () => { playing++; set(Number(slider.value)); });
	let playing = 0;
	for (const play of root.querySelectorAll<HTMLElement>("[data-map=play]")) {
		play.addEventListener("click", async () => {
			const mine = ++playing;
			let m = Number(slider.value) >= last ? first : Number(slider.value);
			for (; m <= last && mine === playing; m++) {
				slider.value = String(m);
				set(m);
				await wait(Math.max(60, 8000 / (last - first)));
			}
		});
	}
}
