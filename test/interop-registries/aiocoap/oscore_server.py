"""
The resources of sample_server.py, protected, for our client to try: oscore_server.py ADDRESS PORT FOLDER. FOLDER is a
security context as aiocoap stores it; started again with it, the server knows of no request that came before. Prints
"ready".
"""

import asyncio
import sys

import aiocoap
from aiocoap import resource
from aiocoap.oscore_sitewrapper import OscoreSiteWrapper

from sample_server import Methods, State, Store


class Protected(resource.Resource):
    """Says whose request it is."""

    async def render_get(self, request):
        claims = ",".join(str(claim) for claim in request.remote.authenticated_claims)
        return aiocoap.Message(payload=claims.encode() or b"nobody")


async def main(address, port, folder):
    site = resource.Site()
    site.add_resource(["store"], Store())
    site.add_resource(["methods"], Methods())
    site.add_resource(["state"], State())
    site.add_resource(["who"], Protected())
    context = await aiocoap.Context.create_server_context(
        None, bind=(address, int(port)), transports=["udp6", "oscore"]
    )
    context.server_credentials.load_from_dict({":client": {"oscore": {"basedir": folder}}})
    context.serversite = OscoreSiteWrapper(site, context.server_credentials)
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main(*sys.argv[1:]))
