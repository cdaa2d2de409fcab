"""
The resources of sample_server.py for our client to try with OSCORE: oscore_server.py ADDRESS PORT CREDENTIALS.
CREDENTIALS, a map as aiocoap loads it, are in CBOR as hexadecimal digits: security contexts, which know of no request
that came before when they are started again, or credentials of EDHOC. Prints "ready".
"""

import asyncio
import sys

import aiocoap
import cbor2
from aiocoap import resource
from aiocoap.oscore_sitewrapper import OscoreSiteWrapper

from sample_server import Methods, State, Store


class Who(resource.Resource):
    """Says whose request it is."""

    async def render_get(self, request):
        claims = ",".join(str(claim) for claim in request.remote.authenticated_claims)
        return aiocoap.Message(payload=claims.encode() or b"nobody")


async def main(address, port, credentials):
    site = resource.Site()
    site.add_resource(["store"], Store())
    site.add_resource(["methods"], Methods())
    site.add_resource(["state"], State())
    site.add_resource(["who"], Who())
    context = await aiocoap.Context.create_server_context(
        None, bind=(address, int(port)), transports=["udp6", "oscore"]
    )
    context.server_credentials.load_from_dict(cbor2.loads(bytes.fromhex(credentials)))
    context.serversite = OscoreSiteWrapper(site, context.server_credentials)
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main(*sys.argv[1:]))
