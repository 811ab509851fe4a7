// The map of the network as a picture to keep.

import { fontOf, type Placed } from "./map_names";

// savePicture saves what is drawn, with the names on it, as a PNG: width is how wide it is on the page, in pixels.
export function savePicture(canvas: HTMLCanvasElement, width: number, placed: Placed[], face: string,
	style: CSSStyleDeclaration): void {
	const out = document.createElement("canvas"), ratio = canvas.width / width;
	out.width = canvas.width;
	out.height = canvas.height;
	const c = out.getContext("2d")!;
	c.fillStyle = style.getPropertyValue("--paper");
	c.fillRect(0, 0, out.width, out.height);
	c.drawImage(canvas, 0, 0);
	c.scale(ratio, ratio);
	c.textBaseline = "middle";
	c.textAlign = "center";
	c.lineWidth = 3;
	c.lineJoin = "round";
	for (const p of placed) {
		c.font = fontOf(p, face);
		c.strokeStyle = style.getPropertyValue("--paper");
		const coloured = p.colour && (p.kind === "circle" || p.kind === "part");
		c.fillStyle = style.getPropertyValue(p.kind === "blob" ? "--on-accent" : coloured ?
			"--k" + p.colour : "--ink");
		const x = p.left + p.wide / 2;
		const line = (text: string, y: number) => {
			if (p.kind !== "blob") c.strokeText(text, x, y);
			c.fillText(text, x, y);
		};
		line(p.text, p.top + (p.under ? 9 : p.high / 2));
		if (p.under) {
			c.font = "400 11px " + face;
			line(p.under, p.top + 24);
		}
	}
	out.toBlob((blob) => {
		if (!blob) return;
		const href = URL.createObjectURL(blob);
		const link = Object.assign(document.createElement("a"), { href, download: "gave-net.png" });
		link.click();
		setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
	});
}
