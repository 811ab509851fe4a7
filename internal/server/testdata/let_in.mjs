// The official TypeScript client asks to be let in: let_in.mjs ADDRESS. Prints the address for the browser as JSON,
// reads where the browser is sent, prints what it got, and does it once more for each further line.
import { createInterface } from "node:readline"
import { UnauthorizedError } from "@modelcontextprotocol/sdk/client/auth.js"
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"

const say = (what) => console.log(JSON.stringify(what))
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]()
const next = async () => (await lines.next()).value
const kept = {}
const provider = {
	redirectUrl: "http://127.0.0.1:4711/callback",
	clientMetadata: { client_name: "TypeScript", redirect_uris: ["http://127.0.0.1:4711/callback"] },
	state: () => "a state of ours",
	clientInformation: () => kept.client,
	saveClientInformation: (client) => { kept.client = client },
	tokens: () => kept.tokens,
	saveTokens: (tokens) => { kept.tokens = tokens },
	redirectToAuthorization: (address) => say({ open: address.href }),
	saveCodeVerifier: (verifier) => { kept.verifier = verifier },
	codeVerifier: () => kept.verifier,
}
const address = new URL(process.argv[2])
const client = () => new Client({ name: "test", version: "1" })
const transport = () => new StreamableHTTPClientTransport(address, { authProvider: provider })

const first = transport()
try {
	await client().connect(first)
	throw new Error("it came in without being asked")
} catch (error) {
	if (!(error instanceof UnauthorizedError)) throw error
}
const sent = new URL(await next())
if (sent.searchParams.get("state") !== "a state of ours") throw new Error("the state is " + sent)
await first.finishAuth(sent.searchParams.get("code"))
const inside = client()
await inside.connect(transport())
const tools = (await inside.listTools()).tools.map((tool) => tool.name)
const text = "lunch with Anna Arends yesterday"
const result = await inside.callTool({ name: "capture", arguments: { text } })
say({ tools, capture: result.content[0].text })
while (await next() !== undefined) say({ tools: (await inside.listTools()).tools.length })
await inside.close()
