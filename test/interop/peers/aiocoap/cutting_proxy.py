"""
aiocoap's reverse proxy, cutting what is larger than 256 bytes: cutting_proxy.py ADDRESS PORT SERVER. It forwards all
requests to SERVER, such as coap://[::1]:40000, and knows nothing of OSCORE. Prints "ready".
"""

import asyncio
import sys

import aiocoap
from aiocoap.proxy.server import Proxy, UnconditionalRedirector
from aiocoap.transports.udp6 import UDP6EndpointAddress

# As for links on which larger ones would be fragmented.
UDP6EndpointAddress.maximum_payload_size = 256
UDP6EndpointAddress.maximum_block_size_exp = 4


class CuttingProxy(Proxy):
    interpret_block_options = True


async def main(address, port, server):
    proxy = CuttingProxy(await aiocoap.Context.create_client_context())
    proxy.add_redirector(UnconditionalRedirector(server.removeprefix("coap://")))
    await aiocoap.Context.create_server_context(proxy, bind=(address, int(port)), transports=["udp6"])
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
