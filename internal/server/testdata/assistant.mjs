// The official TypeScript client as an assistant: assistant.mjs ADDRESS, with TOKEN in the environment. Prints what it
// got as JSON.
import { Client } from "@modelcontextprotocol/sdk/client/index.js"
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js"

const headers = { Authorization: "Bearer " + process.env.TOKEN }
const client = new Client({ name: "test", version: "1" })
await client.connect(new StreamableHTTPClientTransport(new URL(process.argv[2]), { requestInit: { headers } }))
const call = async (name, given) => (await client.callTool({ name, arguments: given })).content[0].text
const note = { person: "Anna Arends", text: "likes chess" }
console.log(JSON.stringify({
	tools: (await client.listTools()).tools.map((tool) => tool.name),
	capture: await call("capture", { text: "lunch with Anna Arends yesterday" }),
	found: await call("find_tools", { words: "write something down about a person" }),
	note: await call("use_changing_tool", { name: "people_note", arguments: note }),
	resources: (await client.listResources()).resources.map((resource) => resource.uri),
	today: (await client.readResource({ uri: "gave://today" })).contents[0].text,
	person: (await client.readResource({ uri: "gave://people/Anna%20Arends" })).contents[0].text,
	prompts: (await client.listPrompts()).prompts.map((prompt) => prompt.name),
	prompt: (await client.getPrompt({ name: "who_can_help", arguments: { need: "a hall" } })).messages[0].content.text,
}))
await client.close()
