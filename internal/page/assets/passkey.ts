// Passkeys: a form with data-passkey asks the device for one when its button is pressed, and is sent with the answer.

type Bytes = { [key: string]: unknown };

const bytes = (text: string): ArrayBuffer =>
	Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)).buffer;

const text = (value: ArrayBuffer): string =>
	btoa(String.fromCharCode(...new Uint8Array(value))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// read makes bytes of what the server writes as text: the challenge, and the names of credentials and of the user.
function read(options: Bytes): Bytes {
	const list = (value: unknown) => (value as { id: string }[] | undefined)?.map((c) => ({ ...c, id: bytes(c.id) }));
	const user = options.user as { id: string } | undefined;
	return {
		...options, challenge: bytes(options.challenge as string),
		allowCredentials: list(options.allowCredentials), excludeCredentials: list(options.excludeCredentials),
		...(user && { user: { ...user, id: bytes(user.id) } }),
	};
}

// written is the answer of a device as text.
function written(credential: PublicKeyCredential): string {
	const response: Bytes = {}, from = credential.response as unknown as Bytes;
	for (const key of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
		if (from[key] instanceof ArrayBuffer) response[key] = text(from[key]);
	}
	return JSON.stringify({
		id: credential.id, rawId: text(credential.rawId), type: credential.type, response,
		authenticatorAttachment: credential.authenticatorAttachment ?? undefined, clientExtensionResults: {},
	});
}

async function ask(form: HTMLFormElement): Promise<string | undefined> {
	const body = new URLSearchParams();
	for (const [name, value] of new FormData(form)) {
		if (typeof value === "string" && name !== "once") body.append(name, value);
	}
	const answer = await fetch(form.dataset.begin!, { method: "POST", body, credentials: "same-origin" });
	const told = await answer.json() as { publicKey?: Bytes; wrong?: string };
	if (!told.publicKey) return told.wrong ?? form.dataset.no;
	const publicKey = read(told.publicKey) as unknown;
	const credential = form.dataset.new === undefined
		? await navigator.credentials.get({ publicKey: publicKey as PublicKeyCredentialRequestOptions })
		: await navigator.credentials.create({ publicKey: publicKey as PublicKeyCredentialCreationOptions });
	if (!credential) return form.dataset.no;
	form.querySelector<HTMLInputElement>("[name=credential]")!.value = written(credential as PublicKeyCredential);
	form.requestSubmit();
	return undefined;
}

// passkey shows a form where browsers have passkeys, and says in it what does not work.
export function passkey(form: HTMLFormElement): void {
	if (!window.PublicKeyCredential) return;
	form.hidden = false;
	const button = form.querySelector("button")!, said = form.querySelector<HTMLElement>("[role=alert]")!;
	button.addEventListener("click", async () => {
		button.disabled = true;
		const wrong = await ask(form).catch(() => form.dataset.no);
		button.disabled = false;
		said.className = wrong === undefined ? "" : "bad small";
		said.textContent = wrong ?? "";
	});
}
