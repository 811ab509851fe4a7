// The map of the network. The page works without it: it then shows the nearest as a picture, and all as lists.

import { accent, ink, type Look, type Mark, paper, Painter, type Ribbon } from "./map_draw";
import { type Circle, decode, decodeTies, type Net, personClass, personDistance, type Ties } from "./map_data";
import { arrange, type Label, type Placed, write } from "./map_names";
import { savePicture } from "./map_picture";
import { point, type Pointed } from "./map_point";
import { always, replay } from "./map_replay";
import { type Found, search } from "./map_search";
import { part, wait } from "./part";

const side = 65535; // of the map, in its own units
const quick = 25; // milliseconds in which a picture can be drawn while the map moves
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const phone = matchMedia("(max-width: 999px)");

const get = async (address: string) => {
	try {
		return await fetch(address, { credentials: "same-origin" });
	} catch {
		return undefined;
	}
};

// A map on its page. It begins with what the server sent, and is begun again when that is another one by now.
class NetMap implements Pointed {
	net!: Net;
	ties: Ties | undefined;
	camera = { x: side / 2, y: side / 2, scale: 0.01 };
	placed: Placed[] = [];
	frames: number[] = []; // how long the latest took, in milliseconds, while the map moved
	work: number[] = []; // and how long the script was busy with each
	private painter!: Painter;
	private canvas = document.createElement("canvas");
	private pane = document.createElement("div"); // holds the canvas and hears what points at the map
	private layer = document.createElement("div");
	private circles = document.createElement("div"); // the rings of handshakes
	private sheet: HTMLElement;
	private names = new Map<number, Found>();
	private flipped = false; // on a sheet that is higher than wide the map stands upright
	private rank!: Uint32Array; // places, those that are named first before others
	private look = { month: always, layers: 255, rings: 0, bridges: false, dormant: false };
	part = 1; // how much of all dots and ties was drawn last
	private at = -1; // who is chosen
	private way: number[] = [];
	private chosen = new Set<number>();
	choosing = false;
	private asked = false; // a frame is asked for
	private moved = 0; // when the map was last moved
	private last = 0;
	private flight = 0;
	private asking = 0; // the latest request for what stands beside the map
	private face = getComputedStyle(document.body).fontFamily;

	constructor(private root: HTMLElement) {
		this.sheet = root.querySelector<HTMLElement>(".net-map")!;
		this.pane.className = "net-pane";
		this.pane.setAttribute("aria-hidden", "true");
		this.pane.append(this.canvas);
		this.layer.className = "net-names";
		this.layer.setAttribute("aria-hidden", "true");
		this.circles.className = "net-rings";
		this.circles.setAttribute("aria-hidden", "true");
	}

	// begin gets the numbers and draws them; the page stays as it is where that cannot be.
	async begin(): Promise<void> {
		const answer = await get("/net/data/now");
		if (!answer?.ok) return;
		const net = decode(await answer.arrayBuffer());
		if (!net) return;
		const again = this.net !== undefined;
		this.net = net;
		this.ties = undefined;
		this.names.clear();
		for (const { place, name } of net.names) this.names.set(place, { place, id: "", name });
		const box = this.sheet.getBoundingClientRect();
		this.flipped = box.height > box.width * 1.1;
		if (this.flipped) {
			[net.x, net.y] = [net.y, net.x];
			for (const c of [...net.circles, ...net.within]) [c.x, c.y, c.turn] = [c.y, c.x, Math.PI / 2 - c.turn];
		}
		if (again) {
			const fresh = this.canvas.cloneNode() as HTMLCanvasElement; // another context for another map
			this.canvas.replaceWith(fresh);
			this.canvas = fresh;
		} else {
			this.sheet.prepend(this.pane, this.circles, this.layer);
		}
		try {
			this.painter = new Painter(this.canvas, net, this.ringPlaces());
		} catch (e) {
			this.root.dataset.failed = String(e); // for who looks why
			this.pane.remove();
			this.layer.remove();
			this.circles.remove();
			return;
		}
		this.order();
		[this.began, this.beganWithin] = [this.since(net.circles), this.since(net.within)];
		this.cost = net.n + net.edges.a.length > 40_000 ? 100 : 0;
		this.painted = undefined;
		this.chosen.clear();
		this.at = -1;
		this.way = [];
		this.root.classList.add("live");
		for (const e of this.root.querySelectorAll<HTMLElement>(".net-tools, .net-dock")) e.hidden = false;
		this.sheet.tabIndex = 0;
		this.sheet.setAttribute("role", "application");
		this.sheet.setAttribute("aria-label", this.root.dataset.saysMap ?? "");
		this.fit(false);
		if (!again) {
			this.listen();
			this.controls();
			point(this.pane, this.sheet, this);
		}
		this.canvas.addEventListener("webglcontextlost", (e) => {
			e.preventDefault();
			this.root.classList.remove("live"); // the picture of the server comes back
		});
		this.canvas.addEventListener("webglcontextrestored", () => void this.begin());
		this.stress();
		this.rest();
		this.root.dataset.ready = net.edition;
	}

	// order ranks people by how soon they are named: the reader, their ties from strong to weak, then by how many ties.
	private order(): void {
		const { n, person, size, me } = this.net;
		const weight = [0, 2, 3, 4, 1, 1]; // of the classes, in their order
		const worth = new Uint16Array(n);
		for (let i = 0; i < n; i++) worth[i] = weight[person[i]! & personClass]! << 8 | size[i]!;
		if (me >= 0) worth[me] = 0xffff;
		this.rank = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => worth[b]! - worth[a]!);
	}

	// ringPlaces lays everybody on the ring of their handshakes, in the direction in which they lie on the map.
	private ringPlaces(): Float32Array {
		const { n, x, y, person, me } = this.net;
		const out = new Float32Array(2 * n);
		const mx = me < 0 ? side / 2 : x[me]!, my = me < 0 ? side / 2 : y[me]!;
		for (let i = 0; i < n; i++) {
			const steps = i === me ? 0 : Math.min(5, personDistance(person[i]!));
			const angle = Math.atan2(y[i]! - my, x[i]! - mx) + (steps === 0 ? 0 : (i * 0.618 % 1 - .5) * .25);
			const ring = steps === 0 ? 0 : (steps - .85 + .7 * (i * 0.7548 % 1)) * this.ring;
			out[2 * i] = mx + ring * Math.cos(angle);
			out[2 * i + 1] = my + ring * Math.sin(angle);
		}
		this.rings = out;
		return out;
	}
	private rings!: Float32Array;
	private readonly ring = side / 8; // from one ring to the next

	// where is where somebody lies now, in units of the map.
	private where(place: number): [number, number] {
		const { x, y } = this.net, t = this.look.rings;
		return [x[place]! + (this.rings[2 * place]! - x[place]!) * t,
			y[place]! + (this.rings[2 * place + 1]! - y[place]!) * t];
	}

	private get size() { return { width: this.sheet.clientWidth, height: this.sheet.clientHeight }; }

	// screen is where a point of the map is on the sheet, in pixels.
	screen(x: number, y: number): [number, number] {
		const { width, height } = this.size, c = this.camera;
		return [(x - c.x) * c.scale + width / 2, (y - c.y) * c.scale + height / 2];
	}

	private world(x: number, y: number): [number, number] {
		const { width, height } = this.size, c = this.camera;
		return [(x - width / 2) / c.scale + c.x, (y - height / 2) / c.scale + c.y];
	}

	// room is what of the sheet is not under what floats on it, at its edges.
	private room() {
		const { width, height } = this.size;
		const style = getComputedStyle(this.root);
		const edge = (name: string) => parseFloat(style.getPropertyValue(name)) || 0;
		return { left: 24, right: width - 24 - edge("--over-right"), top: edge("--over-top") + 20,
			bottom: height - 20 - edge("--over-bottom") };
	}

	// show goes to where a part of the map fills the room.
	private show(left: number, top: number, right: number, bottom: number, fly = true): void {
		const room = this.room(), { width, height } = this.size;
		const scale = Math.min((room.right - room.left) / Math.max(1, right - left),
			(room.bottom - room.top) / Math.max(1, bottom - top), 0.25);
		this.go({ scale, x: (left + right) / 2 - ((room.left + room.right) / 2 - width / 2) / scale,
			y: (top + bottom) / 2 - ((room.top + room.bottom) / 2 - height / 2) / scale }, fly);
	}

	// fit shows all of the map, or all of the rings.
	private fit(fly = true): void {
		const { n, x, y, circles, me } = this.net;
		if (this.look.rings > 0 && me >= 0) {
			const reach = 4 * this.ring;
			this.show(x[me]! - reach, y[me]! - reach, x[me]! + reach, y[me]! + reach, fly);
			return;
		}
		let left = side, top = side, right = 0, bottom = 0;
		const reach = (px: number, py: number, across: number, down: number) => {
			left = Math.min(left, px - across);
			right = Math.max(right, px + across);
			top = Math.min(top, py - down);
			bottom = Math.max(bottom, py + down);
		};
		for (let i = 0; i < n; i++) reach(x[i]!, y[i]!, 0, 0);
		for (const { x, y, a, b, turn } of circles) { // the box of a turned ellipse
			reach(x, y, Math.hypot(a * Math.cos(turn), b * Math.sin(turn)),
				Math.hypot(a * Math.sin(turn), b * Math.cos(turn)));
		}
		this.show(left, top, right, bottom, fly);
	}

	// go moves the camera: at once, or in a moment where movement is welcome.
	private go(to: NetMap["camera"], fly = true): void {
		const flight = ++this.flight;
		if (!fly || calm.matches) {
			this.camera = to;
			this.move();
			return;
		}
		const from = { ...this.camera }, begin = performance.now();
		const step = (now: number) => {
			if (flight !== this.flight) return;
			const t = Math.min(1, Math.max(0, (now - begin) / 180)), s = t * t * (3 - 2 * t);
			const scale = from.scale * (to.scale / from.scale) ** s;
			// The path is straight on the screen: as much of it is done as of the change of scale.
			const done = Math.abs(to.scale - from.scale) < 1e-9 ? s : (1 / scale - 1 / from.scale) /
				(1 / to.scale - 1 / from.scale);
			this.camera = { scale, x: from.x + (to.x - from.x) * done, y: from.y + (to.y - from.y) * done };
			this.move();
			if (t < 1) requestAnimationFrame(step);
		};
		requestAnimationFrame(step);
	}

	zoom(by: number, x = this.size.width / 2, y = this.size.height / 2): void {
		const [wx, wy] = this.world(x, y), { width, height } = this.size;
		const scale = Math.min(4, Math.max(0.002, this.camera.scale * by));
		this.flight++;
		this.camera = { scale, x: wx - (x - width / 2) / scale, y: wy - (y - height / 2) / scale };
		this.move();
	}

	pan(dx: number, dy: number): void {
		this.flight++;
		this.camera = { ...this.camera, x: this.camera.x - dx / this.camera.scale,
			y: this.camera.y - dy / this.camera.scale };
		this.move();
	}

	// move draws the map anew at the next frame, and all of it once it rests.
	private move(): void {
		this.moved = performance.now();
		this.ask();
	}

	private ask(): void {
		if (this.asked) return;
		this.asked = true;
		requestAnimationFrame((now) => {
			this.asked = false;
			this.frame(now);
		});
	}

	private frame(now: number): void {
		const moving = performance.now() - this.moved < 140;
		const took = now - this.last;
		this.last = now;
		const begin = performance.now();
		// Where a picture takes longer than a frame may, the one that there is moves along, and a new one is drawn when
		// the map rests or when too little of it is left to see.
		const part = moving ? Math.min(1, Math.max(.03, quick / Math.max(1, this.cost))) : 1;
		if (moving && part < 1 && this.carryPicture()) this.part = 1;
		else this.paint(part);
		if (moving) {
			this.carry();
			if (this.moving) {
				this.frames.push(took);
				this.work.push(performance.now() - begin);
				if (this.frames.length > 600) { this.frames.shift(); this.work.shift(); }
			}
			this.ask();
		} else {
			this.rest();
		}
		this.moving = moving;
	}
	private moving = false; // at the last frame
	private cost = 0; // how long the latest whole picture took, in milliseconds

	// carryPicture moves the picture that there is to where it belongs now; false when it is not the one to show.
	private carryPicture(): boolean {
		const from = this.painted, { width, height } = this.size;
		if (!from || from.key !== this.looks()) return false;
		const k = this.camera.scale / from.camera.scale;
		const [x, y] = this.screen(from.camera.x, from.camera.y);
		const wide = k * (width + 2 * from.over), high = k * (height + 2 * from.over);
		const seen = (at: number, long: number, room: number) =>
			Math.max(0, Math.min(room, at + long / 2) - Math.max(0, at - long / 2)) / room;
		if (k > 3 || seen(x, wide, width) * seen(y, high, height) < (k < 1 ? Math.min(.5, k * k) : .6)) return false;
		this.canvas.style.transform =
			`translate(${x + from.over - wide / 2}px, ${y + from.over - high / 2}px) scale(${k})`;
		this.follow();
		return true;
	}

	// looks tells pictures apart that show something else.
	private looks(): string {
		const { look } = this;
		const { width, height } = this.size;
		return [look.month, look.layers, look.rings, look.bridges, look.dormant, width, height].join();
	}
	private painted: { camera: NetMap["camera"]; over: number; key: string } | undefined;

	// paint draws the map, or a part of all dots and ties. Where that takes long, more is drawn than is seen.
	private paint(some: number, all = false): void {
		this.part = some;
		const { width, height } = this.size;
		const more = some === 1 && this.cost > quick && this.moved > 0 && !all;
		const over = more ? Math.round(Math.min(width, height) / 4) : 0;
		// Where little can be drawn in time, what moves is coarser too.
		const ratio = Math.min(2, devicePixelRatio || 1) * (some < .35 ? .6 : 1);
		const { style } = this.canvas;
		style.left = style.top = -over + "px";
		style.width = width + 2 * over + "px";
		style.height = height + 2 * over + "px";
		style.transform = "";
		const look: Look = { width: width + 2 * over, height: height + 2 * over, ...this.look, camera: this.camera,
			part: some, ratio };
		this.painter.draw(look);
		this.follow();
		this.painted = some === 1 ? { camera: { ...this.camera }, over, key: this.looks() } : undefined;
		if (some === 1) void this.reckon();
	}

	// reckon waits until a picture is drawn, and notes how long that took.
	private async reckon(): Promise<void> {
		const begin = performance.now(), drawn = this.painter.drawn(), mine = ++this.reckoning;
		do await wait(4); while (!drawn() && performance.now() - begin < 5000);
		if (mine === this.reckoning) this.cost = performance.now() - begin;
	}
	private reckoning = 0;

	// follow lays the rings of handshakes where they belong.
	private follow(): void {
		const t = this.look.rings;
		this.circles.hidden = t === 0;
		if (t > 0 && this.net.me >= 0) {
			const [x, y] = this.screen(...this.where(this.net.me));
			for (let i = 1; i <= 3; i++) {
				const there = this.circles.children[i - 1] ?? this.circles.appendChild(document.createElement("i"));
				const ring = (there as HTMLElement).style;
				const r = i * this.ring * this.camera.scale;
				ring.width = ring.height = 2 * r + "px";
				ring.transform = `translate(${x - r}px, ${y - r}px)`;
				ring.opacity = String(t);
			}
		}
	}

	// carry moves the names along with the map; they find their places when it rests.
	private carry(): void {
		const from = this.named;
		if (!from) return;
		const k = this.camera.scale / from.scale;
		this.layer.style.opacity = k > 1.6 || k < .62 ? "0" : "1";
		const [x, y] = this.screen(from.x, from.y);
		const { width, height } = this.size;
		this.layer.style.transform = `translate(${x - k * width / 2}px, ${y - k * height / 2}px) scale(${k})`;
	}
	private named: NetMap["camera"] | undefined;

	// rest does what takes longer: all ties of those in view, and the names.
	private rest(): void {
		this.write();
		this.detail();
	}

	private inView(most: number): number[] {
		const [left, top] = this.world(0, 0), [right, bottom] = this.world(this.size.width, this.size.height);
		const out: number[] = [], { net, rings } = this, t = this.look.rings;
		for (const place of this.rank) {
			const x = net.x[place]! + (rings[2 * place]! - net.x[place]!) * t;
			const y = net.y[place]! + (rings[2 * place + 1]! - net.y[place]!) * t;
			if (x < left || x > right || y < top || y > bottom || this.hides(place)) continue;
			out.push(place);
			if (out.length === most) break;
		}
		return out;
	}

	// hides says that somebody is not to be seen: not yet there, not on a layer that is, or in a blob.
	private hides(place: number): boolean {
		const { month, layersOf } = this.net;
		return month[place]! > this.look.month || (layersOf[place]! & this.look.layers) === 0 || this.blobbed(place);
	}

	private blobbed(place: number): boolean {
		const c = this.net.within[this.net.inner[place]!] ?? this.net.circles[this.net.circle[place]!];
		return c !== undefined && c.a * this.camera.scale < 20 && this.look.rings < .5;
	}

	// write names what is in view: whom was searched first, then those on the way, circles, and strong ties.
	private write(): void {
		const { net, look } = this, { width, height } = this.size;
		const labels: Label[] = [];
		const person = (place: number, kind: Label["kind"], gap: number) => {
			const known = this.names.get(place);
			if (!known) return;
			const [x, y] = this.screen(...this.where(place));
			labels.push({ text: known.name, x, y, gap, kind, colour: 0, place });
		};
		const said = this.root.dataset.saysPeople ?? "";
		const people = (count: number) => said.replace("{people}", String(count));
		// A name that is far wider than its circle waits until one comes nearer.
		const narrow = (c: Circle) => 4 * c.a * this.camera.scale < 7 * c.name.length;
		const wanted = new Set<number>();
		const first = [...new Set([this.at, ...this.way, ...[...this.chosen].slice(0, 30)])]
			.filter((p) => p >= 0 && p !== net.me);
		if (net.me >= 0 && !this.hides(net.me)) {
			const [x, y] = this.screen(...this.where(net.me));
			const text = this.root.dataset.saysYou ?? "";
			labels.push({ text, x, y, gap: 0, kind: "blob", colour: 0, place: net.me });
		}
		for (const place of first) {
			if (!this.names.has(place)) wanted.add(place);
			person(place, "first", 12);
		}
		if (look.rings > .5 && net.me >= 0) {
			const [x, y] = this.screen(...this.where(net.me));
			(this.root.dataset.saysRings ?? "").split("|").slice(0, 3).forEach((text, i) => labels.push({
				text, x, y: y - (i + 1) * this.ring * this.camera.scale, gap: 2, kind: "ring", colour: 0 }));
		} else {
			// The largest on the screen first.
			net.circles.forEach((c, i) => {
				const [x, y] = this.screen(c.x, c.y);
				if (x < -200 || y < -200 || x > width + 200 || y > height + 200 || look.month < this.began[i]!) return;
				if (c.a * this.camera.scale < 20) {
					labels.push({ text: String(c.count), x, y, gap: 0, kind: "blob", colour: c.colour, circle: i });
					return;
				}
				if (i >= 8 && narrow(c)) return;
				const up = Math.hypot(c.a * Math.sin(c.turn), c.b * Math.cos(c.turn)) * this.camera.scale;
				labels.push({ text: c.name, under: people(c.count), x, y, gap: 0, kind: "circle", colour: c.colour,
					circle: i, up });
			});
			// Those within a circle that is large enough to be looked into.
			net.within.forEach((c, i) => {
				if (net.circles[c.in]!.a * this.camera.scale < 90 || look.month < this.beganWithin[i]!) return;
				const [x, y] = this.screen(c.x, c.y);
				if (x < -50 || y < -50 || x > width + 50 || y > height + 50) return;
				const blob = c.a * this.camera.scale < 20;
				if (blob ? net.circles[c.in]!.a * this.camera.scale < 160 : narrow(c)) return;
				const up = Math.hypot(c.a * Math.sin(c.turn), c.b * Math.cos(c.turn)) * this.camera.scale;
				labels.push({ text: c.name, x, y, gap: blob ? 9 : 0,
					kind: blob ? "person" : "part", colour: c.colour, within: i, up });
			});
			for (const label of [...labels]) { // the names of blobs, where there is room
				if (label.kind !== "blob" || label.circle === undefined) continue;
				const c = net.circles[label.circle]!;
				labels.push({ ...label, text: c.name, kind: "person", gap: 15 });
			}
		}
		const most = phone.matches ? 8 : 20;
		for (const place of this.inView(most)) {
			if (place === net.me || first.includes(place)) continue;
			if (this.names.has(place)) person(place, "person", 7);
			else wanted.add(place);
		}
		const box = this.sheet.getBoundingClientRect();
		const taken = [...this.root.querySelectorAll<HTMLElement>(".net-top > *, .net-tools, .net-dock")]
			.map((e) => e.getBoundingClientRect())
			.map((r) => new DOMRect(r.left - box.left, r.top - box.top, r.width, r.height));
		this.placed = arrange(labels, width, height, this.face, taken);
		write(this.layer, this.placed);
		this.named = { ...this.camera };
		this.layer.style.transform = "";
		this.layer.style.opacity = "1";
		if (wanted.size) void this.learn([...wanted]);
	}

	// since is the month in which each circle begins.
	private since(circles: Circle[]): number[] {
		return circles.map((c) => {
			let first = always;
			for (let p = c.from; p < c.from + c.count; p++) {
				if (p !== this.net.me) first = Math.min(first, this.net.month[p]!);
			}
			return first;
		});
	}
	private began: number[] = [];
	private beganWithin: number[] = [];

	// told asks the server something about this map; when that is another one by now, it is drawn anew.
	private async told(what: string, query = ""): Promise<Response | undefined> {
		const answer = await get("/net/" + what + "/" + this.net.edition + query);
		if (answer?.status === 409) {
			await this.begin();
			return undefined;
		}
		return answer?.ok ? answer : undefined;
	}

	// learn gets the names of some people, and writes them.
	private async learn(places: number[]): Promise<void> {
		const answer = await this.told("names", "?of=" + places.slice(0, 200).join(","));
		if (!answer) return;
		for (const found of await answer.json() as Found[]) this.names.set(found.place, found);
		for (const place of places) if (!this.names.has(place)) this.names.set(place, { place, id: "", name: "" });
		if (performance.now() - this.moved > 140) this.write();
	}

	// detail gets all ties once few people are in view, and has those between them drawn.
	private detail(): void {
		const { net } = this;
		if (net.ties <= net.edges.a.length) return;
		const seen = this.inView(4001);
		if (seen.length > 4000) {
			this.painter.show(net.edges, new Uint32Array(0));
			return;
		}
		if (!this.ties) {
			void this.fetchTies();
			return;
		}
		const on = new Uint8Array(net.n);
		for (const place of seen) on[place] = 1;
		const { from, b, flags } = this.ties;
		const list: number[] = [];
		for (const place of seen) {
			for (let e = from[place]!; e < from[place + 1]!; e++) if (on[b[e]!]) list.push(e);
		}
		if (list.length > 30_000) list.sort((x, y) => (flags[y]! & 63) - (flags[x]! & 63)).length = 30_000;
		this.painter.show(this.ties, Uint32Array.from(list));
		this.paint(1);
	}

	private fetching = false;
	private async fetchTies(): Promise<void> {
		if (this.fetching) return;
		this.fetching = true;
		const answer = await this.told("ties");
		if (answer) {
			this.ties = decodeTies(await answer.arrayBuffer(), this.net.n);
			if (this.ties && performance.now() - this.moved > 140) this.detail();
		}
		this.fetching = false;
	}

	// stress shows what stands out: one's own ties, the way to whom is chosen, and everybody who is.
	private stress(): void {
		const { net } = this, { a, b, flags } = net.edges;
		const ribbons: Ribbon[] = [], marks: Mark[] = [];
		for (let e = 0; e < a.length && ribbons.length < 40; e++) { // the strongest come first
			if (a[e] !== net.me && b[e] !== net.me) continue;
			const strength = (flags[e]! & 63) / 63;
			const shown = net.edges.months[e]! <= this.look.month && (net.edges.layers[e]! & this.look.layers) > 0;
			if (strength < .6 || !shown) continue;
			const other = a[e] === net.me ? b[e]! : a[e]!;
			ribbons.push({ a: net.me, b: other, width: strength > .77 ? 2.4 : 1.2, colour: accent, opacity: .5 });
		}
		for (let i = 1; i < this.way.length; i++) {
			ribbons.push({ a: this.way[i - 1]!, b: this.way[i]!, width: 2.6, colour: ink, opacity: 1 });
		}
		for (const place of [...this.way, this.at]) {
			if (place < 0 || place === net.me) continue;
			marks.push({ place, radius: 10, colour: paper });
			marks.push({ place, radius: 8, colour: net.circles[net.circle[place]!]?.colour ?? 0 });
		}
		for (const place of this.chosen) {
			marks.push({ place, radius: 7, colour: ink }, { place, radius: 4.5, colour: paper });
		}
		const me = net.me;
		if (me >= 0) marks.push({ place: me, radius: 18, colour: paper }, { place: me, radius: 16, colour: accent });
		this.painter.stress(ribbons, marks);
	}

	// choose shows who or what was chosen: beside the map, and on it with the way there.
	async choose(place: number, fly: boolean): Promise<void> {
		this.at = place;
		this.way = [];
		this.stress();
		this.move();
		if (fly) {
			const [x, y] = this.where(place);
			const near = side / 14;
			this.show(x - near, y - near, x + near, y + near);
		}
		const beside = await this.beside("place=" + place);
		if (!beside || this.at !== place) return;
		const { way, name } = beside.dataset;
		if (name) this.names.set(place, { place, id: "", name });
		this.way = way ? way.split(",").map(Number) : [];
		this.stress();
		const missing = this.way.filter((p) => !this.names.has(p));
		if (missing.length) await this.learn(missing);
		this.move();
	}

	// enter goes into a circle, or into one within a circle.
	async enter(at: number, within = false): Promise<void> {
		const c = (within ? this.net.within : this.net.circles)[at]!;
		this.at = -1;
		this.way = [];
		this.stress();
		this.show(c.x - c.a, c.y - c.a, c.x + c.a, c.y + c.a);
		await this.beside((within ? "within=" : "circle=") + at);
	}

	private async beside(query: string): Promise<HTMLElement | undefined> {
		const mine = ++this.asking;
		const html = await part("/net/at/" + this.net.edition + "?" + query, "net-at");
		const target = this.root.querySelector<HTMLElement>("#net-at");
		if (mine !== this.asking || !target) return undefined;
		if (html === undefined) {
			await this.told("names", "?of=0"); // it may be another map by now
			return undefined;
		}
		target.innerHTML = html;
		this.root.classList.add("chosen");
		return target.querySelector<HTMLElement>(".net-one") ?? undefined;
	}

	// close lets go of who was chosen.
	private close(): void {
		this.asking++;
		this.at = -1;
		this.way = [];
		this.root.querySelector("#net-at")?.replaceChildren();
		this.root.classList.remove("chosen");
		this.stress();
		this.move();
	}

	// hit is what lies under a point of the sheet: a name, somebody, or a circle.
	private hit(x: number, y: number, coarse: boolean): { place?: number; circle?: number; within?: number } {
		const name = this.placed.find((p) => x >= p.left && x <= p.left + p.wide && y >= p.top && y <= p.top + p.high);
		if (name && (name.place ?? name.circle ?? name.within) !== undefined) return name;
		const [wx, wy] = this.world(x, y), { net, rings } = this, t = this.look.rings;
		let best = (coarse ? 22 : 14) / this.camera.scale, place = -1;
		for (let i = 0; i < net.n; i++) { // all of them, at each move of a mouse: nothing is made on the way
			const dx = net.x[i]! + (rings[2 * i]! - net.x[i]!) * t - wx;
			if (dx > best || dx < -best) continue;
			const far = Math.hypot(dx, net.y[i]! + (rings[2 * i + 1]! - net.y[i]!) * t - wy);
			if (far < best && !this.hides(i)) [best, place] = [far, i];
		}
		if (place >= 0) return { place };
		if (this.look.rings > .5) return {};
		const under = (circles: Circle[], least: number): number => {
			let found = -1, size = Infinity;
			circles.forEach((c, i) => {
				const dx = wx - c.x, dy = wy - c.y, cos = Math.cos(c.turn), sin = Math.sin(c.turn);
				const along = (cos * dx + sin * dy) / Math.max(c.a, least);
				const across = (cos * dy - sin * dx) / Math.max(c.b, least);
				if (along ** 2 + across ** 2 <= 1 && c.a < size) [found, size] = [i, c.a];
			});
			return found;
		};
		const circle = under(this.net.circles, 13 / this.camera.scale);
		if (circle < 0) return {};
		if (this.net.circles[circle]!.a * this.camera.scale < 90) return { circle };
		const within = under(this.net.within, 7 / this.camera.scale);
		return within >= 0 && this.net.within[within]!.in === circle &&
			this.net.within[within]!.a * this.camera.scale < this.size.width / 3 ? { within } : { circle };
	}

	tap(x: number, y: number, coarse: boolean): void {
		const { place, circle, within } = this.hit(x, y, coarse);
		if (this.choosing) {
			if (place !== undefined && place !== this.net.me) this.pick([place], true);
		} else if (place !== undefined) {
			void this.choose(place, false);
		} else if (within !== undefined) {
			void this.enter(within, true);
		} else if (circle !== undefined) {
			void this.enter(circle);
		} else {
			this.close();
		}
	}

	// pick chooses some people to do something with; who was chosen before is so no more when turn is true.
	private pick(places: number[], turn: boolean): void {
		for (const place of places) {
			if (turn && this.chosen.delete(place)) continue;
			if (this.chosen.size < 200) this.chosen.add(place);
		}
		this.stress();
		this.move();
		void this.count();
	}

	private async count(): Promise<void> {
		const form = this.root.querySelector<HTMLFormElement>(".net-chosen")!;
		form.hidden = this.chosen.size === 0;
		form.querySelector("[data-map=count]")!.textContent = String(this.chosen.size);
		const unknown = [...this.chosen].filter((p) => !this.names.get(p)?.id);
		if (unknown.length) await this.learn(unknown);
		const field = (value: string) =>
			Object.assign(document.createElement("input"), { type: "hidden", name: "chosen", value });
		form.querySelector("[data-map=chosen]")!.replaceChildren(
			...[...this.chosen].map((p) => this.names.get(p)?.id ?? "").filter((id) => id).map(field));
	}

	// take chooses everybody within a box on the sheet, in pixels.
	take(left: number, top: number, right: number, bottom: number): void {
		this.pick(this.inView(100_000).filter((p) => {
			const [x, y] = this.screen(...this.where(p));
			return p !== this.net.me && x >= left && x <= right && y >= top && y <= bottom;
		}), false);
	}

	// over says what lies under a mouse.
	over(x: number, y: number): void {
		const { place, circle, within } = this.hit(x, y, false);
		this.pane.style.cursor = (place ?? circle ?? within) !== undefined ? "pointer" : "";
		this.pane.title = place !== undefined ? this.names.get(place)?.name ?? "" : "";
		if (place !== undefined && !this.names.has(place)) void this.hover(place);
	}

	private hovering = 0;
	private async hover(place: number): Promise<void> {
		const mine = ++this.hovering;
		await wait(120);
		if (mine === this.hovering) {
			await this.learn([place]);
			if (mine === this.hovering) this.pane.title = this.names.get(place)?.name ?? "";
		}
	}

	// listen hears the keys, and what changes the size and the colours.
	private listen(): void {
		this.sheet.addEventListener("keydown", (e) => {
			if (e.target !== this.sheet || e.ctrlKey || e.metaKey || e.altKey) return;
			const step = 80;
			const does: Record<string, () => void> = {
				ArrowLeft: () => this.pan(step, 0), ArrowRight: () => this.pan(-step, 0),
				ArrowUp: () => this.pan(0, step), ArrowDown: () => this.pan(0, -step),
				"+": () => this.zoom(1.4), "=": () => this.zoom(1.4), "-": () => this.zoom(1 / 1.4),
				0: () => this.fit(), Escape: () => this.close(),
			};
			if (!does[e.key]) return;
			e.preventDefault();
			e.stopPropagation();
			does[e.key]!();
		});
		new ResizeObserver(() => this.move()).observe(this.sheet);
		const again = () => { this.painter.recolour(); this.move(); };
		matchMedia("(prefers-color-scheme: dark)").addEventListener("change", again);
	}

	private each(what: string): HTMLElement[] {
		return [...this.root.querySelectorAll<HTMLElement>(`[data-map=${what}]`)];
	}

	// controls wakes what stands on and under the map.
	private controls(): void {
		const on = (what: string, does: (e: HTMLElement) => void, event = "click") => {
			for (const e of this.each(what)) e.addEventListener(event, () => does(e));
		};
		on("in", () => this.zoom(1.5));
		on("out", () => this.zoom(1 / 1.5));
		on("all", () => this.fit());
		for (const what of ["bridges", "dormant"] as const) {
			on(what, (e) => { this.look[what] = (e as HTMLInputElement).checked; this.move(); }, "change");
		}
		on("rings", (e) => void this.turn((e as HTMLInputElement).checked), "change");
		on("choose", (e) => {
			this.choosing = (e as HTMLInputElement).checked;
			this.root.classList.toggle("choosing", this.choosing);
			if (!this.choosing) { this.chosen.clear(); this.stress(); this.move(); void this.count(); }
		}, "change");
		on("none", () => { this.chosen.clear(); this.stress(); this.move(); void this.count(); });
		on("png", () => {
			this.paint(1, true);
			savePicture(this.canvas, this.size.width, this.placed, this.face, getComputedStyle(this.root));
		});
		on("svg", (e) => {
			const [l, t] = this.world(0, 0), [r, b] = this.world(this.size.width, this.size.height);
			const view = this.flipped ? [t, l, b, r] : [l, t, r, b];
			(e as HTMLAnchorElement).href = "/net/files/gave-net.svg?in=" + view.map(Math.round).join(",");
		});
		const layers = this.each("layers")[0];
		if (layers && this.net.layers.length > 1) {
			layers.hidden = false;
			this.net.layers.forEach((name, i) => {
				const label = Object.assign(document.createElement("label"), { className: "line" });
				const box = Object.assign(document.createElement("input"), { type: "checkbox", checked: true });
				box.addEventListener("change", () => {
					this.look.layers = box.checked ? this.look.layers | 1 << i : this.look.layers & ~(1 << i);
					this.stress();
					this.move();
				});
				label.append(box, " " + name);
				layers.append(label);
			});
		}
		for (const link of this.root.querySelectorAll<HTMLAnchorElement>("[data-circle]")) {
			link.addEventListener("click", (e) => {
				if (e.ctrlKey || e.metaKey || e.shiftKey) return;
				e.preventDefault();
				void this.enter(Number(link.dataset.circle));
			});
		}
		search(this.root, async (letters) => {
			const answer = await this.told("names", "?q=" + encodeURIComponent(letters));
			return answer && await answer.json() as Found[];
		}, (one) => {
			this.names.set(one.place, one);
			void this.choose(one.place, true);
		});
		replay(this.root, (until) => {
			this.look.month = until;
			this.stress();
			this.move();
		}, (until) => {
			const { net } = this, count = (months: ArrayLike<number>) => {
				let n = 0;
				for (let i = 0; i < months.length; i++) if (months[i]! <= until) n++;
				return n;
			};
			return until === always ? { people: net.n, ties: net.ties } :
				{ people: count(net.month), ties: count((this.ties ?? net.edges).months) };
		});
	}

	// turn brings everybody to their ring, or back to the map.
	private async turn(on: boolean): Promise<void> {
		const from = this.look.rings, begin = performance.now();
		const mine = ++this.turning;
		for (;;) {
			const t = calm.matches ? 1 : Math.min(1, (performance.now() - begin) / 180);
			this.look.rings = from + ((on ? 1 : 0) - from) * t;
			this.move();
			if (t === 1 || mine !== this.turning) break;
			await new Promise(requestAnimationFrame);
		}
		this.fit();
	}
	private turning = 0;

}

const root = document.querySelector<HTMLElement>("#net");
if (root) {
	const map = new NetMap(root);
	Object.assign(root, { map });
	void map.begin();
}
