// What points at the map of the network: a mouse, fingers, a pen.

// Pointed is a map that is pointed at; all is in pixels from the corner of its pane.
export interface Pointed {
	readonly choosing: boolean; // people are being chosen
	pan(dx: number, dy: number): void;
	zoom(by: number, x: number, y: number): void;
	tap(x: number, y: number, coarse: boolean): void;
	over(x: number, y: number): void; // a mouse lies there
	take(left: number, top: number, right: number, bottom: number): void; // all in there are chosen
}

// point hears the pointers on the pane of a map: one moves the map, two zoom it, a tap chooses, and with the shift key,
// or while people are chosen with a mouse, a box that is drawn on the sheet takes all in it.
export function point(pane: HTMLElement, sheet: HTMLElement, map: Pointed): void {
	const down = new Map<number, { x: number; y: number }>();
	let far = 0, start: { x: number; y: number } | undefined, box: HTMLElement | undefined;
	const at = (e: PointerEvent | WheelEvent) => {
		const r = pane.getBoundingClientRect();
		return { x: e.clientX - r.left, y: e.clientY - r.top };
	};
	pane.addEventListener("pointerdown", (e) => {
		pane.setPointerCapture(e.pointerId);
		down.set(e.pointerId, at(e));
		start = down.size === 1 ? at(e) : undefined;
		far = 0;
		if (down.size === 1 && (map.choosing && e.pointerType === "mouse" || e.shiftKey)) {
			box = sheet.appendChild(Object.assign(document.createElement("div"), { className: "net-box" }));
		}
	});
	pane.addEventListener("pointermove", (e) => {
		const before = down.get(e.pointerId), now = at(e);
		if (!before) {
			if (e.pointerType === "mouse") map.over(now.x, now.y);
			return;
		}
		far += Math.hypot(now.x - before.x, now.y - before.y);
		if (box && start) {
			const left = Math.min(start.x, now.x), top = Math.min(start.y, now.y);
			Object.assign(box.style, { left: left + "px", top: top + "px", width: Math.abs(now.x - start.x) + "px",
				height: Math.abs(now.y - start.y) + "px" });
		} else if (down.size === 1) {
			if (far > 4) map.pan(now.x - before.x, now.y - before.y);
		} else if (down.size === 2) {
			const other = [...down].find(([id]) => id !== e.pointerId)![1];
			const was = Math.hypot(before.x - other.x, before.y - other.y);
			const is = Math.hypot(now.x - other.x, now.y - other.y);
			map.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
			if (was > 0) map.zoom(is / was, (now.x + other.x) / 2, (now.y + other.y) / 2);
		}
		down.set(e.pointerId, now);
	});
	const up = (e: PointerEvent) => {
		const last = down.get(e.pointerId);
		down.delete(e.pointerId);
		if (box && start && last) {
			const [l, r] = [Math.min(start.x, last.x), Math.max(start.x, last.x)];
			const [t, b] = [Math.min(start.y, last.y), Math.max(start.y, last.y)];
			box.remove();
			box = undefined;
			if (far > 6) {
				map.take(l, t, r, b);
				return;
			}
		}
		if (last && start && far < 6 && e.type === "pointerup") map.tap(last.x, last.y, e.pointerType === "touch");
		start = undefined;
	};
	pane.addEventListener("pointerup", up);
	pane.addEventListener("pointercancel", up);
	pane.addEventListener("wheel", (e) => {
		e.preventDefault();
		const { x, y } = at(e);
		map.zoom(Math.exp(-e.deltaY * (e.ctrlKey ? .01 : e.deltaMode ? .05 : .0016)), x, y);
	}, { passive: false });
}
