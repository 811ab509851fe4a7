// The numbers of a map as they come from the server (internal/horizon/atlas, wire.go).

export type Circle = {
	name: string; count: number; known: number; colour: number; from: number;
	x: number; y: number; a: number; b: number; turn: number;
};

// Within is a circle within a circle.
export type Within = Circle & { in: number };

type Said = {
	edition: string; people: number; first: number; ties: number; me: number; months: [number, number];
	layers: string[]; circles: Circle[]; within: Within[]; names: { place: number; name: string }[];
};

// The bits of the bytes of people and of ties.
export const personClass = 7;
export const personDistance = (byte: number) => byte >> 3 & 7;
export const personBridge = 1 << 6;
export const tieBridge = 1 << 6;
export const tieDormant = 1 << 7;

export type Edges = {
	a: Uint32Array; b: Uint32Array; flags: Uint8Array; layers: Uint8Array; months: Uint16Array;
};

export type Net = Said & {
	n: number;
	x: Uint16Array; y: Uint16Array; person: Uint8Array; size: Uint8Array; layersOf: Uint8Array; month: Uint16Array;
	circle: Int32Array; // of each place; -1 for none
	inner: Int32Array; // the circle within it, of each place; -1 for none
	edges: Edges; // that a map shows first
};

// reader takes arrays off the beginning of some bytes, each of which begins at a multiple of four.
function reader(bytes: ArrayBuffer, from: number) {
	let at = from;
	const step = (length: number) => {
		const here = at;
		at += length + 3 & ~3;
		return here;
	};
	return {
		bytes: (n: number) => new Uint8Array(bytes, step(n), n),
		shorts: (n: number) => new Uint16Array(bytes, step(2 * n), n),
		words: (n: number) => new Uint32Array(bytes, step(4 * n), n),
		rest: () => new Uint8Array(bytes, at),
	};
}

const begins = (bytes: ArrayBuffer, text: string) => new TextDecoder().decode(new Uint8Array(bytes, 0, 8)) === text;

// decode reads a map; undefined when it is none.
export function decode(bytes: ArrayBuffer): Net | undefined {
	if (!begins(bytes, "gavemap1")) return undefined;
	const length = new DataView(bytes).getUint32(8, true);
	const said = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 12, length))) as Said;
	const read = reader(bytes, 12 + length);
	const n = said.people;
	const x = read.shorts(n), y = read.shorts(n), person = read.bytes(n), size = read.bytes(n);
	const layersOf = read.bytes(n), month = read.shorts(n);
	const circle = new Int32Array(n).fill(-1);
	let from = 0;
	said.circles.forEach((c, i) => {
		c.from = from;
		circle.fill(i, from, from += c.count);
	});
	const inner = new Int32Array(n).fill(-1);
	said.within.forEach((c, i) => inner.fill(i, c.from, c.from + c.count));
	const a = read.words(said.first), b = read.words(said.first);
	const flags = read.bytes(said.first), layers = read.bytes(said.first), months = read.shorts(said.first);
	return { ...said, n, x, y, person, size, layersOf, month, circle, inner, edges: { a, b, flags, layers, months } };
}

// Ties are all ties of a map, those of each place next to each other.
export type Ties = Edges & { from: Uint32Array };

// decodeTies reads all ties; undefined when these are none of this map.
export function decodeTies(bytes: ArrayBuffer, n: number): Ties | undefined {
	const view = new DataView(bytes);
	if (!begins(bytes, "gaveties") || view.getUint32(12, true) !== n) return undefined;
	const m = view.getUint32(8, true);
	const read = reader(bytes, 16);
	const counts = read.words(n), flags = read.bytes(m), layers = read.bytes(m), months = read.shorts(m);
	const packed = read.rest();
	const a = new Uint32Array(m), b = new Uint32Array(m), from = new Uint32Array(n + 1);
	let at = 0, edge = 0;
	for (let place = 0; place < n; place++) {
		let last = place;
		for (let k = counts[place]!; k > 0; k--) {
			let byte = packed[at++]!, shift = 7, more = byte & 127;
			while (byte & 128) {
				byte = packed[at++]!;
				more |= (byte & 127) << shift;
				shift += 7;
			}
			last += more;
			a[edge] = place;
			b[edge++] = last;
		}
		from[place + 1] = edge;
	}
	return { a, b, flags, layers, months, from };
}
