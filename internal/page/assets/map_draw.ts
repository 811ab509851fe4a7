// Drawing a map with WebGL 2: the circles as ovals, ties as lines, people as dots. Where everybody lies and what they
// look like lies in two textures, so that a tie is two numbers, and moving the map moves nothing but a uniform.

import type { Circle, Edges, Net } from "./map_data";

// Camera is what of the map is seen: its middle, and how many pixels a unit of the map takes.
export type Camera = { x: number; y: number; scale: number };

// Look is how a map is seen.
export type Look = {
	camera: Camera; width: number; height: number; ratio: number; // in pixels of the page, and of the screen for each
	month: number; layers: number; rings: number; // how far the people are on their rings, from 0 to 1
	bridges: boolean; dormant: boolean;
	part: number; // how much of all dots and ties is drawn, from 0 to 1
};

// Mark is somebody who stands out.
export type Mark = { place: number; radius: number; colour: number };

// Ribbon is a tie that stands out.
export type Ribbon = { a: number; b: number; width: number; colour: number; opacity: number };

const wide = 1024; // of the textures

// The colours of the palette: 0 of who is in no circle, 1 to 7 of circles, then the accent, ink and paper.
export const accent = 8, ink = 9, paper = 10;

const common = `#version 300 es
precision highp float;
uniform highp sampler2D places;
uniform highp usampler2D people;
uniform vec4 camera; // middle, scale, how far on the rings
uniform vec2 size;
uniform vec3 palette[11];
uniform uint month;
uniform uint layers;
vec2 at(uint place) {
	vec4 p = texelFetch(places, ivec2(place % ${wide}u, place / ${wide}u), 0);
	return mix(p.xy, p.zw, camera.w);
}
uvec4 who(uint place) { return texelFetch(people, ivec2(place % ${wide}u, place / ${wide}u), 0); }
vec2 onScreen(vec2 p) { return (p - camera.xy) * camera.z; }
vec4 clip(vec2 pixel) { return vec4(pixel / size * vec2(2, -2), 0, 1); }
const vec4 gone = vec4(2, 2, 2, 1);
bool shows(uvec4 p) { return p.z <= month && ((p.y >> 8u) & layers) != 0u; }
// A circle of less than 40 pixels is a blob, in which nobody is told apart.
bool small(uvec4 p) { return p.w > 0u && float(p.w) * camera.z < 20. && camera.w < .5; }
`;

const pointShader = common + `
in uint place;
uniform float ratio, most; // most: how large dots may be that many people leave something to see between them
uniform bool bridges, dormant;
flat out vec3 colour;
flat out float radius;
void main() {
	uvec4 p = who(place);
	colour = palette[p.x & 15u];
	uint kind = (p.x >> 4u) & 7u;
	float grown = clamp(camera.z * 90., .35, 1.5);
	radius = min((1.2 + float(p.y & 255u) / 70.) * grown, most) * ratio;
	bool lit = bridges && ((p.x >> 10u) & 1u) == 1u || dormant && kind == 4u;
	if ((bridges || dormant) && !lit) { colour = mix(colour, palette[10], .72); }
	if (lit) radius = max(radius * 1.3, 4. * ratio);
	gl_Position = !shows(p) || small(p) && !lit ? gone : clip(onScreen(at(place)));
	gl_PointSize = 2. * radius + 1.;
}`;

const pointPixel = `#version 300 es
precision mediump float;
flat in vec3 colour;
flat in float radius;
out vec4 drawn;
void main() {
	float far = length(gl_PointCoord - .5) * (2. * radius + 1.);
	float cover = clamp(radius + .5 - far, 0., 1.);
	if (cover <= 0.) discard;
	drawn = vec4(colour * cover, cover);
}`;

const lineShader = common + `
in uint place, other;
in uint flags, on, since;
uniform uint me;
uniform bool bridges, dormant;
uniform float faint, own;
flat out vec4 colour;
void main() {
	uvec4 p = who(place), q = who(other);
	bool mine = place == me || other == me, within = (p.x & 63503u) == (q.x & 63503u) && (p.x & 15u) != 0u;
	float strength = float(flags & 63u) / 63.;
	bool lit = bridges && (flags & 64u) != 0u || dormant && (flags & 128u) != 0u;
	colour = mine ? vec4(palette[8], (.15 + .5 * strength) * own) :
		within ? vec4(palette[p.x & 15u], .14 + .3 * strength) : vec4(palette[0], .1 + .18 * strength);
	colour.a *= faint;
	if (bridges || dormant) colour = lit ? vec4(dormant && (flags & 128u) != 0u ? palette[4] : palette[8], .75) :
		vec4(colour.rgb, colour.a * .35);
	colour.rgb *= colour.a;
	bool hidden = since > month || (on & layers) == 0u || (small(p) && small(q) && !mine && !lit && within);
	gl_Position = hidden ? gone : clip(onScreen(at(place)));
}`;

const flatPixel = `#version 300 es
precision mediump float;
flat in vec4 colour;
out vec4 drawn;
void main() { drawn = colour; }`;

// A ribbon is bowed to one side, so that ties between the same circles do not lie on each other.
const ribbonShader = common + `
in vec2 corner; // along, across
in uint place, other;
in vec4 look; // width, colour, opacity, bow
flat out vec4 colour;
void main() {
	vec2 a = onScreen(at(place)), b = onScreen(at(other));
	vec2 along = b - a, side = vec2(-along.y, along.x);
	vec2 bow = (a + b) / 2. + side * look.w;
	float t = corner.x;
	vec2 here = mix(mix(a, bow, t), mix(bow, b, t), t);
	vec2 slope = mix(bow - a, b - bow, t);
	vec2 normal = normalize(vec2(-slope.y, slope.x) + 1e-6);
	colour = vec4(palette[int(look.y)] * look.z, look.z);
	gl_Position = clip(here + normal * corner.y * look.x / 2.);
}`;

const markShader = common + `
in uint place;
in vec2 look; // radius, colour
uniform float ratio;
flat out vec3 colour;
flat out float radius;
void main() {
	colour = palette[int(look.y)];
	radius = look.x * ratio;
	gl_Position = clip(onScreen(at(place)));
	gl_PointSize = 2. * radius + 1.;
}`;

const ovalShader = `#version 300 es
precision highp float;
in vec2 corner;
in vec4 oval; // middle, half axes
in vec3 look; // turn, colour, and of a circle within another half the axis of that
uniform vec4 camera;
uniform vec2 size;
uniform vec3 tints[8];
uniform vec3 palette[11];
out vec2 inside;
flat out vec3 colour;
flat out float blob, edge;
void main() {
	blob = oval.z * camera.z < 20. ? 1. : 0.;
	edge = look.z > 0. && blob == 0. ? 1. - 1.5 / max(2., oval.w * camera.z) : 0.;
	float most = look.z > 0. ? .6 : 1.;
	vec2 half_ = blob > 0. ? vec2(clamp(oval.z * camera.z * most, 7. * most * most, 13. * most)) : oval.zw * camera.z;
	vec2 p = corner * half_;
	float s = sin(look.x), c = cos(look.x);
	inside = corner;
	colour = blob > 0. || edge > 0. ? palette[int(look.y)] : tints[int(look.y)];
	if (look.z > 0. && look.z * camera.z < 20.) { gl_Position = vec4(2, 2, 2, 1); return; }
	vec2 pixel = (oval.xy - camera.xy) * camera.z + vec2(c * p.x - s * p.y, s * p.x + c * p.y);
	gl_Position = vec4(pixel / size * vec2(2, -2), 0, 1);
}`;

const ovalPixel = `#version 300 es
precision mediump float;
in vec2 inside;
flat in vec3 colour;
flat in float blob, edge;
uniform float shown;
out vec4 drawn;
void main() {
	float far = length(inside);
	float cover = (far < 1. ? blob > 0. ? .92 : .5 : 0.) + (far < .75 && blob == 0. ? .4 : 0.);
	if (edge > 0.) cover = far < 1. ? far > edge ? .6 : .07 : 0.;
	if (cover == 0.) discard;
	drawn = vec4(colour * cover * shown, cover * shown);
}`;

function program(gl: WebGL2RenderingContext, vertex: string, pixel: string): WebGLProgram {
	const out = gl.createProgram();
	for (const [kind, text] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, pixel]] as const) {
		const shader = gl.createShader(kind)!;
		gl.shaderSource(shader, text);
		gl.compileShader(shader);
		if (!gl.getShaderParameter(shader, gl.COMPILE_STATUS)) throw new Error(gl.getShaderInfoLog(shader) ?? "WebGL");
		gl.attachShader(out, shader);
	}
	gl.linkProgram(out);
	if (!gl.getProgramParameter(out, gl.LINK_STATUS)) throw new Error(gl.getProgramInfoLog(out) ?? "WebGL");
	return out;
}

const along = 16; // pieces of a ribbon

// Painter draws one map on one canvas.
export class Painter {
	private gl: WebGL2RenderingContext;
	private programs: Record<"point" | "line" | "ribbon" | "mark" | "oval", WebGLProgram>;
	private points: WebGLVertexArrayObject;
	private lines: { array: WebGLVertexArrayObject; buffer: WebGLBuffer; count: number };
	private near: { array: WebGLVertexArrayObject; buffer: WebGLBuffer; count: number };
	private ribbons: { array: WebGLVertexArrayObject; buffer: WebGLBuffer; count: number };
	private marks: { array: WebGLVertexArrayObject; buffer: WebGLBuffer; count: number };
	private ovals: { array: WebGLVertexArrayObject; count: number };
	private palette = new Float32Array(33);
	private tints = new Float32Array(24);
	private mine = 0; // how many ties are the reader's own
	private uniforms = new Map<string, WebGLUniformLocation | null>();

	// A painter throws where there is no WebGL 2.
	constructor(private canvas: HTMLCanvasElement, private net: Net, rings: Float32Array) {
		const gl = canvas.getContext("webgl2", { antialias: net.n < 5000, premultipliedAlpha: true });
		if (!gl) throw new Error("no WebGL 2");
		this.gl = gl;
		this.programs = {
			point: program(gl, pointShader, pointPixel), line: program(gl, lineShader, flatPixel),
			ribbon: program(gl, ribbonShader, flatPixel), mark: program(gl, markShader, pointPixel),
			oval: program(gl, ovalShader, ovalPixel),
		};
		gl.enable(gl.BLEND);
		gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
		this.textures(rings);
		// Dots are drawn in the order of how much they matter in their circle, so that a part of them is a fair one.
		const order = new Uint32Array(net.n), rank = new Float32Array(net.n);
		for (let i = 0; i < net.n; i++) {
			const circle = net.within[net.inner[i]!] ?? net.circles[net.circle[i]!];
			order[i] = i;
			rank[i] = circle ? (i - circle.from) / circle.count : 1;
		}
		order.sort((a, b) => rank[a]! - rank[b]!);
		this.points = this.array();
		this.attribute("point", "place", this.buffer(order), 1, gl.UNSIGNED_INT, 4, 0, 0);
		this.lines = this.lineArray();
		this.near = this.lineArray();
		this.fill(this.lines, net.edges, undefined);
		const { a, b } = net.edges;
		for (let e = 0; e < a.length; e++) if (a[e] === net.me || b[e] === net.me) this.mine++;
		this.ribbons = { array: this.array(), buffer: gl.createBuffer(), count: 0 };
		const strip = new Float32Array(4 * (along + 1));
		for (let i = 0; i <= along; i++) strip.set([i / along, -1, i / along, 1], 4 * i);
		this.attribute("ribbon", "corner", this.buffer(strip), 2, gl.FLOAT, 8, 0, 0);
		this.attribute("ribbon", "place", this.ribbons.buffer, 1, gl.UNSIGNED_INT, 24, 0, 1);
		this.attribute("ribbon", "other", this.ribbons.buffer, 1, gl.UNSIGNED_INT, 24, 4, 1);
		this.attribute("ribbon", "look", this.ribbons.buffer, 4, gl.FLOAT, 24, 8, 1);
		this.marks = { array: this.array(), buffer: gl.createBuffer(), count: 0 };
		this.attribute("mark", "place", this.marks.buffer, 1, gl.UNSIGNED_INT, 12, 0, 0);
		this.attribute("mark", "look", this.marks.buffer, 2, gl.FLOAT, 12, 4, 0);
		this.ovals = { array: this.array(), count: net.circles.length + net.within.length };
		const square = this.buffer(new Float32Array([-1, -1, 1, -1, -1, 1, 1, 1]));
		this.attribute("oval", "corner", square, 2, gl.FLOAT, 8, 0, 0);
		const numbers = (c: Circle, whole: number) => [c.x, c.y, c.a, c.b, c.turn, c.colour, whole];
		const ovals = this.buffer(new Float32Array([...net.circles.flatMap((c) => numbers(c, 0)),
			...net.within.flatMap((c) => numbers(c, net.circles[c.in]!.a))]));
		this.attribute("oval", "oval", ovals, 4, gl.FLOAT, 28, 0, 1);
		this.attribute("oval", "look", ovals, 3, gl.FLOAT, 28, 16, 1);
		this.recolour();
	}

	// textures hold where everybody lies, on the map and on their ring, and what they look like.
	private textures(rings: Float32Array): void {
		const { gl, net } = this;
		const high = Math.max(1, Math.ceil(net.n / wide));
		const places = new Float32Array(4 * wide * high), people = new Uint16Array(4 * wide * high);
		for (let i = 0; i < net.n; i++) {
			const circle: Circle | undefined = net.circles[net.circle[i]!];
			places.set([net.x[i]!, net.y[i]!, rings[2 * i]!, rings[2 * i + 1]!], 4 * i);
			const inner: Circle | undefined = net.within[net.inner[i]!] ?? circle;
			people[4 * i] = (circle?.colour ?? 0) | net.person[i]! << 4 | (net.circle[i]! & 31) << 11;
			people[4 * i + 1] = net.size[i]! | net.layersOf[i]! << 8;
			people[4 * i + 2] = net.month[i]!;
			people[4 * i + 3] = inner ? Math.min(65535, inner.a) : 0;
		}
		const texture = (unit: number, inside: number, format: number, type: number, data: ArrayBufferView) => {
			gl.activeTexture(gl.TEXTURE0 + unit);
			gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
			gl.texImage2D(gl.TEXTURE_2D, 0, inside, wide, high, 0, format, type, data);
			gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.NEAREST);
			gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MAG_FILTER, gl.NEAREST);
		};
		texture(0, gl.RGBA32F, gl.RGBA, gl.FLOAT, places);
		texture(1, gl.RGBA16UI, gl.RGBA_INTEGER, gl.UNSIGNED_SHORT, people);
	}

	private array(): WebGLVertexArrayObject {
		const out = this.gl.createVertexArray();
		this.gl.bindVertexArray(out);
		return out;
	}

	private buffer(data: ArrayBufferView): WebGLBuffer {
		const out = this.gl.createBuffer();
		this.gl.bindBuffer(this.gl.ARRAY_BUFFER, out);
		this.gl.bufferData(this.gl.ARRAY_BUFFER, data, this.gl.STATIC_DRAW);
		return out;
	}

	// attribute tells the array that is bound where an input of a program lies; each is how many times it serves.
	private attribute(
		name: keyof Painter["programs"], input: string, buffer: WebGLBuffer, count: number, type: number,
		stride: number, offset: number, each: number,
	): void {
		const gl = this.gl, at = gl.getAttribLocation(this.programs[name], input);
		if (at < 0) return;
		gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
		gl.enableVertexAttribArray(at);
		if (type === gl.FLOAT) gl.vertexAttribPointer(at, count, type, false, stride, offset);
		else gl.vertexAttribIPointer(at, count, type, stride, offset);
		if (each) gl.vertexAttribDivisor(at, each);
	}

	private lineArray() {
		const gl = this.gl, out = { array: this.array(), buffer: gl.createBuffer(), count: 0 };
		this.attribute("line", "place", out.buffer, 1, gl.UNSIGNED_INT, 12, 0, 0);
		this.attribute("line", "other", out.buffer, 1, gl.UNSIGNED_INT, 12, 4, 0);
		this.attribute("line", "flags", out.buffer, 1, gl.UNSIGNED_BYTE, 12, 8, 0);
		this.attribute("line", "on", out.buffer, 1, gl.UNSIGNED_BYTE, 12, 9, 0);
		this.attribute("line", "since", out.buffer, 1, gl.UNSIGNED_SHORT, 12, 10, 0);
		return out;
	}

	private fill(lines: { buffer: WebGLBuffer; count: number }, edges: Edges, which: Uint32Array | undefined): void {
		const count = which?.length ?? edges.a.length;
		const bytes = new ArrayBuffer(24 * count), words = new Uint32Array(bytes);
		for (let i = 0; i < count; i++) {
			const e = which ? which[i]! : i;
			const rest = edges.flags[e]! | edges.layers[e]! << 8 | edges.months[e]! << 16;
			words[6 * i] = words[6 * i + 4] = edges.a[e]!;
			words[6 * i + 1] = words[6 * i + 3] = edges.b[e]!;
			words[6 * i + 2] = words[6 * i + 5] = rest;
		}
		this.gl.bindBuffer(this.gl.ARRAY_BUFFER, lines.buffer);
		this.gl.bufferData(this.gl.ARRAY_BUFFER, bytes, this.gl.DYNAMIC_DRAW);
		lines.count = count;
	}

	// show has some more ties drawn, beside those that came first.
	show(edges: Edges, which: Uint32Array): void { this.fill(this.near, edges, which); }

	// stress has some ties and people stand out.
	stress(ribbons: Ribbon[], marks: Mark[]): void {
		const gl = this.gl;
		let bytes = new ArrayBuffer(24 * ribbons.length);
		ribbons.forEach((r, i) => {
			new Uint32Array(bytes, 24 * i, 2).set([r.a, r.b]);
			new Float32Array(bytes, 24 * i + 8, 4).set([r.width, r.colour, r.opacity, .1]);
		});
		gl.bindBuffer(gl.ARRAY_BUFFER, this.ribbons.buffer);
		gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW);
		this.ribbons.count = ribbons.length;
		bytes = new ArrayBuffer(12 * marks.length);
		marks.forEach((m, i) => {
			new Uint32Array(bytes, 12 * i, 1)[0] = m.place;
			new Float32Array(bytes, 12 * i + 4, 2).set([m.radius, m.colour]);
		});
		gl.bindBuffer(gl.ARRAY_BUFFER, this.marks.buffer);
		gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW);
		this.marks.count = marks.length;
	}

	// recolour reads the colours of the page, which change with the light.
	recolour(): void {
		const style = getComputedStyle(this.canvas);
		const read = (name: string, into: Float32Array, at: number) => {
			const value = style.getPropertyValue(name).trim().replace("#", "");
			const long = value.length === 3 ? [...value].map((c) => c + c).join("") : value;
			for (let i = 0; i < 3; i++) into[3 * at + i] = parseInt(long.slice(2 * i, 2 * i + 2), 16) / 255;
		};
		["--edge", "--k1", "--k2", "--k3", "--k4", "--k5", "--k6", "--k7", "--accent", "--ink", "--paper"]
			.forEach((name, i) => read(name, this.palette, i));
		["--line", "--k1t", "--k2t", "--k3t", "--k4t", "--k5t", "--k6t", "--k7t"]
			.forEach((name, i) => read(name, this.tints, i));
	}

	private uniform(name: keyof Painter["programs"], input: string): WebGLUniformLocation | null {
		const key = name + " " + input;
		let at = this.uniforms.get(key);
		if (at === undefined) this.uniforms.set(key, at = this.gl.getUniformLocation(this.programs[name], input));
		return at;
	}

	private use(name: keyof Painter["programs"], look: Look): void {
		const gl = this.gl, { camera, width, height } = look;
		gl.useProgram(this.programs[name]);
		gl.uniform1i(this.uniform(name, "places"), 0);
		gl.uniform1i(this.uniform(name, "people"), 1);
		gl.uniform4f(this.uniform(name, "camera"), camera.x, camera.y, camera.scale, look.rings);
		gl.uniform2f(this.uniform(name, "size"), width, height);
		gl.uniform3fv(this.uniform(name, "palette"), this.palette);
		gl.uniform3fv(this.uniform(name, "tints"), this.tints);
		gl.uniform1ui(this.uniform(name, "month"), look.month);
		gl.uniform1ui(this.uniform(name, "layers"), look.layers);
		gl.uniform1f(this.uniform(name, "ratio"), look.ratio);
		gl.uniform1i(this.uniform(name, "bridges"), look.bridges ? 1 : 0);
		gl.uniform1i(this.uniform(name, "dormant"), look.dormant ? 1 : 0);
	}

	// drawn says, after some time, whether what was asked for is drawn.
	drawn(): () => boolean {
		const { gl } = this, fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
		gl.flush();
		return () => {
			if (!fence) return true;
			const state = gl.clientWaitSync(fence, 0, 0);
			if (state === gl.TIMEOUT_EXPIRED) return false;
			gl.deleteSync(fence);
			return true;
		};
	}

	// draw draws all of it once.
	draw(look: Look): void {
		const { gl, canvas, net } = this;
		const width = Math.round(look.width * look.ratio), height = Math.round(look.height * look.ratio);
		if (canvas.width !== width || canvas.height !== height) {
			canvas.width = width;
			canvas.height = height;
		}
		gl.viewport(0, 0, width, height);
		gl.clearColor(0, 0, 0, 0);
		gl.clear(gl.COLOR_BUFFER_BIT);
		if (look.rings < 1 && this.ovals.count) {
			this.use("oval", look);
			gl.uniform1f(this.uniform("oval", "shown"), 1 - look.rings);
			gl.bindVertexArray(this.ovals.array);
			gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, this.ovals.count);
		}
		this.use("line", look);
		gl.uniform1ui(this.uniform("line", "me"), net.me < 0 ? 0xffffffff : net.me);
		gl.uniform1f(this.uniform("line", "faint"), Math.min(1, .25 + 1500 / Math.max(1, net.edges.a.length)));
		gl.uniform1f(this.uniform("line", "own"), Math.min(1, 8 / Math.sqrt(this.mine + 1)));
		for (const lines of [this.lines, this.near]) {
			const count = Math.round(lines.count * look.part);
			if (!count) continue;
			if (lines === this.near) gl.uniform1f(this.uniform("line", "faint"), .8);
			gl.bindVertexArray(lines.array);
			gl.drawArrays(gl.LINES, 0, 2 * count);
		}
		this.use("point", look);
		gl.uniform1f(this.uniform("point", "most"),
			Math.max(.6, .47 * 65535 * look.camera.scale / Math.sqrt(Math.max(1, net.n))));
		gl.bindVertexArray(this.points);
		gl.drawArrays(gl.POINTS, 0, net.n < 5000 ? net.n : Math.round(net.n * look.part));
		if (this.ribbons.count) {
			this.use("ribbon", look);
			gl.bindVertexArray(this.ribbons.array);
			gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 2 * (along + 1), this.ribbons.count);
		}
		if (this.marks.count) {
			this.use("mark", look);
			gl.bindVertexArray(this.marks.array);
			gl.drawArrays(gl.POINTS, 0, this.marks.count);
		}
	}
}
