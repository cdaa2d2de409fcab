"""
aiocoap's client: reads requests as a JSON list from standard input, sends one after the other, and prints each
response as a line of JSON. Of an observation as many lines as "notifications" says, the first response included.
"""

import asyncio
import json
import sys

import aiocoap
from aiocoap.optiontypes import BlockOption

# aiocoap's names, by scheme.
TRANSPORTS = {"coap": "udp6", "coap+tcp": "tcpclient", "coap+ws": "ws"}


def show(response):
    payload, etag = response.payload.hex(), response.opt.etag
    answer = {"code": response.code.dotted, "payload": payload, "etag": None if etag is None else etag.hex()}
    print(json.dumps(answer), flush=True)


async def send(context, wanted):
    request = aiocoap.Message(
        code=getattr(aiocoap, wanted["method"]),
        transport_tuning=aiocoap.Unreliable if wanted.get("non") else aiocoap.Reliable,
        uri=wanted["uri"],
        payload=bytes.fromhex(wanted.get("payload", "")),
        content_format=wanted.get("contentFormat"),
        if_none_match=wanted.get("ifNoneMatch", False),
        etags=[bytes.fromhex(etag) for etag in wanted.get("etags", [])],
    )
    szx = wanted.get("szx")
    if szx is not None:
        await context.find_remote_and_interface(request)
        request.remote.maximum_block_size_exp = szx
        if request.code == aiocoap.GET:
            request.opt.block2 = BlockOption.BlockwiseTuple(0, False, szx)
    notifications = wanted.get("notifications", 0)
    if notifications == 0:
        show(await context.request(request).response)
        return
    request.opt.observe = 0
    observed = context.request(request)
    show(await observed.response)
    async for notification in observed.observation:
        show(notification)
        notifications -= 1
        if notifications == 1:
            break
    observed.observation.cancel()


async def main():
    requests = json.load(sys.stdin)
    transports = {TRANSPORTS[wanted["uri"].partition(":")[0]] for wanted in requests}
    context = await aiocoap.Context.create_client_context(transports=sorted(transports))
    for wanted in requests:
        await send(context, wanted)
    await context.shutdown()


if __name__ == "__main__":
    asyncio.run(main())
