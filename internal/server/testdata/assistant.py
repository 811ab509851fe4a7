"""The official Python client as an assistant: assistant.py ADDRESS, with TOKEN in the environment. Prints what it got
as JSON."""
import asyncio, json, os, sys

import httpx2
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client


async def main():
    http = httpx2.AsyncClient(headers={"Authorization": "Bearer " + os.environ["TOKEN"]})
    async with http, Client(streamable_http_client(sys.argv[1], http_client=http)) as client:
        async def call(tool, arguments):
            return (await client.call_tool(tool, arguments)).content[0].text

        print(json.dumps({
            "tools": [tool.name for tool in (await client.list_tools()).tools],
            "capture": await call("capture", {"text": "lunch with Anna Arends yesterday"}),
            "found": await call("find_tools", {"words": "write something down about a person"}),
            "note": await call("use_changing_tool", {
                "name": "people_note", "arguments": {"person": "Anna Arends", "text": "likes chess"}}),
            "resources": [str(resource.uri) for resource in (await client.list_resources()).resources],
            "today": (await client.read_resource("gave://today")).contents[0].text,
            "person": (await client.read_resource("gave://people/Anna%20Arends")).contents[0].text,
            "prompts": [prompt.name for prompt in (await client.list_prompts()).prompts],
            "prompt": (await client.get_prompt("who_can_help", {"need": "a hall"})).messages[0].content.text,
        }))


asyncio.run(main())
