// What runs beside the pages: it keeps the one page that says that there is no connection, with its style and script,
// and nothing else. No page about anybody is kept on the device.

type Waiting = Event & { waitUntil(work: Promise<unknown>): void };
type Asked = Waiting & {
	request: Request; preloadResponse: Promise<Response | undefined>; respondWith(answer: Promise<Response>): void;
};
const worker = self as unknown as {
	skipWaiting(): Promise<void>; clients: { claim(): Promise<void> };
	registration: { navigationPreload?: { enable(): Promise<void> } };
	addEventListener(kind: string, does: (e: Asked) => void): void;
};

// The address of the worker says in which language the page is, and of which version of Gave it is.
const shelf = "away" + location.search;
const page = "/offline" + location.search;

worker.addEventListener("install", (e) => e.waitUntil((async () => {
	const answer = await fetch(page, { credentials: "omit" });
	if (!answer.ok) throw new Error("no page to keep");
	const html = await answer.clone().text();
	const cache = await caches.open(shelf);
	await cache.put(page, answer);
	await cache.addAll([...html.matchAll(/\/assets\/[^"]+/g)].map(([address]) => address));
	await worker.skipWaiting();
})()));

worker.addEventListener("activate", (e) => e.waitUntil((async () => {
	for (const name of await caches.keys()) if (name !== shelf) await caches.delete(name);
	await worker.registration.navigationPreload?.enable();
	await worker.clients.claim();
})()));

worker.addEventListener("fetch", (e) => {
	if (e.request.mode === "navigate") {
		e.respondWith((async () => {
			try {
				return await e.preloadResponse ?? await fetch(e.request);
			} catch {
				return await caches.match(page) ?? Response.error();
			}
		})());
	} else if (new URL(e.request.url).pathname.startsWith("/assets/")) {
		e.respondWith(caches.match(e.request).then((kept) => kept ?? fetch(e.request)));
	}
});
