"""
aiocoap's server: aiocoap_server.py ADDRESS PORT HELLO [FOLDER]. GET /hello; PUT and GET /large. Says "ready". With
FOLDER, a security context as aiocoap stores it, it takes protected requests as well.
"""

import asyncio
import sys

import aiocoap
from aiocoap import resource
from aiocoap.oscore_sitewrapper import OscoreSiteWrapper


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


async def main(address, port, hello, folder=None):
    site = resource.Site()
    site.add_resource(["hello"], Hello(hello))
    site.add_resource(["large"], Large())
    transports = ["udp6"] if folder is None else ["udp6", "oscore"]
    context = await aiocoap.Context.create_server_context(site, bind=(address, int(port)), transports=transports)
    if folder is not None:
        context.server_credentials.load_from_dict({":client": {"oscore": {"basedir": folder}}})
        context.serversite = OscoreSiteWrapper(site, context.server_credentials)
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main(*sys.argv[1:]))
