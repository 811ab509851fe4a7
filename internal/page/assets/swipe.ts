// On a phone a row or card with data-swipe is answered by a swipe: to the right as its button of done does, to the left
// as the one that puts it off until tomorrow. Both buttons are there without it, and nothing moves for readers who
// want no movement.

const far = 96; // pixels from which a swipe is meant
const edge = 24; // where the swipe of the system begins that goes back

export function swipe(item: HTMLElement): void {
	let from: PointerEvent | undefined;
	let by = 0;
	const calm = matchMedia("(prefers-reduced-motion: reduce)");
	const button = (right: boolean) => item.querySelector<HTMLElement>(
		right ? "button[data-do=done]" : "form:has([name=until][value=tomorrow]) button");
	const rest = () => {
		from = undefined;
		by = 0;
		item.style.transform = "";
		delete item.dataset.says;
		item.classList.remove("swiped", "left", "enough");
	};
	item.addEventListener("pointerdown", (e) => {
		if (e.pointerType === "touch" && e.isPrimary && e.clientX > edge && e.clientX < innerWidth - edge) from = e;
	});
	item.addEventListener("pointermove", (e) => {
		if (!from || e.pointerId !== from.pointerId) return;
		const x = e.clientX - from.clientX;
		if (!by && (Math.abs(x) < 12 || Math.abs(x) < 2 * Math.abs(e.clientY - from.clientY))) return;
		const does = button(x > 0);
		by = does ? x : 0;
		if (!does) return;
		item.setPointerCapture(e.pointerId);
		item.dataset.says = does.textContent?.trim();
		item.classList.add("swiped");
		item.classList.toggle("left", x < 0);
		item.classList.toggle("enough", Math.abs(x) >= far);
		item.style.transform = calm.matches ? "" : `translateX(${x}px)`;
	});
	item.addEventListener("pointerup", () => {
		const does = Math.abs(by) >= far ? button(by > 0) : null;
		rest();
		does?.click();
	});
	item.addEventListener("pointercancel", rest);
}
