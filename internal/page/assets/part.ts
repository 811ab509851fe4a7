// What islands share: waiting, and parts of pages.

export const wait = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

// part fetches one named part of a page; undefined when that did not work, so that the page stays as it is.
export async function part(address: string, name: string, signal?: AbortSignal): Promise<string | undefined> {
	try {
		const answer = await fetch(address, { headers: { "X-Fragment": name }, signal, credentials: "same-origin" });
		return answer.ok ? await answer.text() : undefined;
	} catch {
		return undefined;
	}
}
