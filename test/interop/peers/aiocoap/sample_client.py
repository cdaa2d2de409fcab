"""
aiocoap's client: sample_client.py [CREDENTIALS]. Reads requests from standard input, a JSON object a line, sends one
after the other, and prints each response as a line of JSON. Of an observation as many lines as "notifications" says,
the first response included, or all that come while further requests are sent. CREDENTIALS, a map as aiocoap loads it, in CBOR as hexadecimal digits, protect requests.
"""

import asyncio
import json
import math
import sys

import aiocoap
import cbor2
from aiocoap.optiontypes import BlockOption


def show(response):
    payload, etag = response.payload.hex(), response.opt.etag
    answer = {"code": response.code.dotted, "payload": payload, "etag": None if etag is None else etag.hex()}
    print(json.dumps(answer), flush=True)


async def observe(context, request, states):
    request.opt.observe = 0
    observed = context.request(request)
    show(await observed.response)
    async for notification in observed.observation:
        show(notification)
        states -= 1
        if states == 1:
            break
    observed.observation.cancel()


async def send(context, wanted):
    request = aiocoap.Message(
        code=getattr(aiocoap, wanted["method"].replace("IPATCH", "iPATCH")),
        transport_tuning=aiocoap.Unreliable if wanted.get("non") else aiocoap.Reliable,
        uri=wanted["uri"],
        payload=bytes.fromhex(wanted.get("payload", "")),
        content_format=wanted.get("contentFormat"),
        if_none_match=wanted.get("ifNoneMatch", False),
        etags=[bytes.fromhex(etag) for etag in wanted.get("etags", [])],
    )
    if "blockSize" in wanted:
        szx = wanted["blockSize"].bit_length() - 5
        await context.find_remote_and_interface(request)
        request.remote.maximum_block_size_exp = szx
        if request.code == aiocoap.GET:
            request.opt.block2 = BlockOption.BlockwiseTuple(0, False, szx)
    notifications = wanted.get("notifications")
    if notifications is None:
        show(await context.request(request).response)
    elif notifications == "all":
        return asyncio.create_task(observe(context, request, math.inf))
    else:
        await observe(context, request, notifications)
    return None


async def main(credentials=None):
    transports = ["oscore", "udp6", "tcpclient", "tlsclient", "ws"]
    context = await aiocoap.Context.create_client_context(transports=transports)
    if credentials is not None:
        context.client_credentials.load_from_dict(cbor2.loads(bytes.fromhex(credentials)))
    read = asyncio.get_running_loop().run_in_executor
    observing = []
    while line := await read(None, sys.stdin.readline):
        observing.append(await send(context, json.loads(line)))
    await context.shutdown()


asyncio.run(main(*sys.argv[1:]))
