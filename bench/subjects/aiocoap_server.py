"""aiocoap's server: aiocoap_server.py ADDRESS PORT HELLO. GET /hello; PUT and GET /large. Says "ready"."""

import asyncio
import sys

import aiocoap
from aiocoap import resource


class Hello(resource.Resource):
    def __init__(self, text):
        super().__init__()
        self.text = text.encode()

    async def render_get(self, request):
        return aiocoap.Message(payload=self.text)


class Large(resource.Resource):
    body = b""

    async def render_get(self, request):
        return aiocoap.Message(payload=self.body)

    async def render_put(self, request):
        self.body = request.payload
        return aiocoap.Message(code=aiocoap.CHANGED)


async def main(address, port, hello):
    site = resource.Site()
    site.add_resource(["hello"], Hello(hello))
    site.add_resource(["large"], Large())
    await aiocoap.Context.create_server_context(site, bind=(address, int(port)), transports=["udp6"])
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main(*sys.argv[1:]))
