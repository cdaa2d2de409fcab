"""
sample_client.py with protected requests: oscore_client.py FOLDER SERVER. FOLDER is a security context as aiocoap stores
it, SERVER the URI of the server without a path.
"""

import asyncio
import json
import sys

import aiocoap

from sample_client import send


async def main(folder, server):
    requests = json.load(sys.stdin)
    context = await aiocoap.Context.create_client_context(transports=["oscore", "udp6"])
    context.client_credentials.load_from_dict({f"{server}/*": {"oscore": {"basedir": folder}}})
    for wanted in requests:
        await send(context, wanted)
    await context.shutdown()


asyncio.run(main(*sys.argv[1:]))
