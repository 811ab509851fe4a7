"""The official Python client asks to be let in: let_in.py ADDRESS. Prints the address for the browser as JSON, reads
where the browser is sent, prints what it got, and does it once more for each further line."""
import asyncio, json, sys
from urllib.parse import parse_qs, urlparse

import httpx2
from mcp.client import Client
from mcp.client.auth import AuthorizationCodeResult, OAuthClientProvider
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.auth import OAuthClientMetadata


def say(what):
    print(json.dumps(what), flush=True)


def line():
    return asyncio.to_thread(sys.stdin.readline)


class Kept:
    tokens = client = None

    async def get_tokens(self):
        return self.tokens

    async def set_tokens(self, tokens):
        self.tokens = tokens

    async def get_client_info(self):
        return self.client

    async def set_client_info(self, client):
        self.client = client


async def opened(address):
    say({"open": address})


async def sent():
    got = parse_qs(urlparse((await line()).strip()).query)
    return AuthorizationCodeResult(code=got["code"][0], state=got["state"][0], iss=got["iss"][0])


async def main():
    metadata = OAuthClientMetadata(client_name="Python", redirect_uris=["http://127.0.0.1:4711/callback"])
    provider = OAuthClientProvider(sys.argv[1], metadata, Kept(), opened, sent)
    http = httpx2.AsyncClient(auth=provider)
    async with http, Client(streamable_http_client(sys.argv[1], http_client=http)) as client:
        tools = [tool.name for tool in (await client.list_tools()).tools]
        result = await client.call_tool("capture", {"text": "lunch with Anna Arends yesterday"})
        say({"tools": tools, "capture": result.content[0].text})
        while await line():
            # It believes in the time that it was told, and asks for another when that is nearly over.
            provider.context.token_expiry_time = 1
            say({"tools": len((await client.list_tools()).tools)})


asyncio.run(main())
