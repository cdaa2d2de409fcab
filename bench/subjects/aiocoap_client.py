"""aiocoap's client: aiocoap_client.py URI TRANSFERS. PUTs and GETs a body of 1 MiB; prints the seconds as JSON."""

import asyncio
import json
import sys
import time

import aiocoap

# As in client-program.ts.
WARM_UP_TRANSFERS = 5
BODY = bytes((index * 31 + (index >> 8)) & 255 for index in range(1 << 20))


async def main(uri, transfers):
    client = await aiocoap.Context.create_client_context(transports=["udp6"])
    seconds = {"put": [], "get": []}
    for transfer in range(WARM_UP_TRANSFERS + int(transfers)):
        began = time.monotonic()
        answer = await client.request(aiocoap.Message(code=aiocoap.PUT, uri=uri, payload=BODY)).response
        assert answer.code.is_successful(), answer.code
        between = time.monotonic()
        answer = await client.request(aiocoap.Message(code=aiocoap.GET, uri=uri)).response
        ended = time.monotonic()
        if transfer >= WARM_UP_TRANSFERS:
            seconds["put"].append(between - began)
            seconds["get"].append(ended - between)
        assert answer.payload == BODY, f"expected the body, got {answer.code} and {len(answer.payload)} bytes"
    print(json.dumps(seconds))
    await client.shutdown()


asyncio.run(main(*sys.argv[1:]))
