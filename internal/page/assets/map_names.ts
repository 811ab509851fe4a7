// The names on a map: they lie on a layer over the picture, and never on top of each other.

// Label is a name that wants a place: the first of a list gets it first.
export type Label = {
	text: string; under?: string; x: number; y: number; gap: number; // its dot, and how far from it it stays
	kind: "circle" | "part" | "blob" | "person" | "first" | "ring";
	colour: number; // of a circle; 0 for ink
	place?: number; circle?: number; within?: number;
	up?: number; // how far above and below its middle a circle reaches
};

// Placed is a label with the box that it covers.
export type Placed = Label & { left: number; top: number; wide: number; high: number };

const fonts = {
	circle: "600 13px ", part: "600 12px ", blob: "600 12px ", person: "400 12px ", first: "600 13px ",
	ring: "400 11px ",
};
const measure = document.createElement("canvas").getContext("2d")!;
const widths = new Map<string, number>();

export const fontOf = (label: Label, face: string) => fonts[label.kind] + face;

function widthOf(text: string, font: string): number {
	const key = font + text;
	let width = widths.get(key);
	if (width === undefined) {
		measure.font = font;
		widths.set(key, width = Math.ceil(measure.measureText(text).width));
	}
	return width;
}

// arrange gives labels their places, as far as there is room on a sheet of this size. What is taken already stays free.
export function arrange(labels: Label[], width: number, height: number, face: string, taken: DOMRect[]): Placed[] {
	const out: Placed[] = [];
	const boxes = taken.map((r) => ({ left: r.left, top: r.top, wide: r.width, high: r.height }));
	const free = (left: number, top: number, wide: number, high: number) =>
		left >= 2 && top >= 2 && left + wide <= width - 2 && top + high <= height - 2 &&
		boxes.every((b) => left >= b.left + b.wide + 2 || b.left >= left + wide + 2 ||
			top >= b.top + b.high + 1 || b.top >= top + high + 1);
	for (const label of labels) {
		const font = fontOf(label, face);
		const wide = Math.max(widthOf(label.text, font), label.under ? widthOf(label.under, fonts.ring + face) : 0) + 8;
		const high = label.under ? 32 : label.kind === "ring" ? 14 : 17;
		const { x, y, gap } = label, up = label.up ?? 0;
		const whole = label.kind === "circle" || label.kind === "part";
		const spots = label.kind === "blob" ? [[x - wide / 2, y - high / 2]] :
			whole ? [up, up * .6, 0, -up * .6].flatMap((by) => [[x - wide / 2, y - by - high],
				[x - wide / 2, y + by]]) :
			[[x + gap, y - high / 2], [x - gap - wide, y - high / 2], [x - wide / 2, y - gap - high],
				[x - wide / 2, y + gap]];
		for (const [left, top] of spots as [number, number][]) {
			if (!free(left, top, wide, high)) continue;
			const placed = { ...label, left, top, wide, high };
			boxes.push(placed);
			out.push(placed);
			break;
		}
	}
	return out;
}

// write puts placed labels on their layer.
export function write(layer: HTMLElement, placed: Placed[]): void {
	while (layer.childElementCount > placed.length) layer.lastElementChild!.remove();
	placed.forEach((label, i) => {
		const span = (layer.children[i] ?? layer.appendChild(document.createElement("span"))) as HTMLElement;
		const colour = label.colour ? " k" + label.colour : "";
		if (span.className !== label.kind + colour) span.className = label.kind + colour;
		const text = label.under ? label.text + "\n" + label.under : label.text;
		if (span.dataset.text !== text) {
			span.dataset.text = text;
			span.replaceChildren(label.text);
			if (label.under) span.append(Object.assign(document.createElement("i"), { textContent: label.under }));
		}
		span.style.width = label.wide + "px";
		span.style.height = label.high + "px";
		span.style.transform = `translate(${Math.round(label.left)}px, ${Math.round(label.top)}px)`;
	});
}
