"""
CoAPthon3's client: sample_client.py. Reads requests from standard input, a JSON object a line, sends one after the other,
and prints each response as a line of JSON. Of an observation as many lines as "notifications" says, the first response
included; then it rejects the next one.
"""

import json
import os
import queue
import sys
from urllib.parse import unquote, urlsplit

from coapthon import defines
from coapthon.client.coap import CoAP
from coapthon.messages.message import Message
from coapthon.messages.request import Request
from coapthon.utils import generate_random_token

PATIENCE_S = 100


def octets(payload):
    return payload if isinstance(payload, bytes) else (payload or "").encode()


def show(response):
    etag = response.etag[0].hex() if response.etag else None
    code = f"{response.code >> 5}.{response.code & 31:02}"
    print(json.dumps({"code": code, "payload": octets(response.payload).hex(), "etag": etag}), flush=True)


class Client:
    """HelperClient of the library, without its queue of another process."""

    def __init__(self, host, port):
        self.server = host, port
        self.responses = queue.Queue()
        self.protocol = CoAP(self.server, int.from_bytes(os.urandom(2), "big") | 1, self.responses.put)

    def next(self):
        while True:
            response = self.responses.get(timeout=PATIENCE_S)
            if response is None:
                raise TimeoutError("no response")
            if response.code != defines.Codes.CONTINUE.number:
                return response

    def build(self, wanted, path, query):
        request = Request()
        request.destination = self.server
        request.code = getattr(defines.Codes, wanted["method"]).number
        request.token = generate_random_token(4)
        request.uri_path = path
        if query:
            request.uri_query = query
        if wanted.get("non"):
            request.type = defines.Types["NON"]
        payload = bytes.fromhex(wanted.get("payload", ""))
        if payload:
            request.payload = payload
        if "contentFormat" in wanted:
            request.content_type = wanted["contentFormat"]
        for etag in wanted.get("etags", []):
            request.etag = bytes.fromhex(etag)
        size = wanted.get("blockSize")
        if size is not None and request.code == defines.Codes.GET.number:
            request.block2 = (0, 0, size)
        elif size is not None and len(payload) > size:
            request.block1 = (0, 1, size)
        return request

    def observe(self, request, states):
        request.observe = 0
        self.protocol.send_message(request)
        for _ in range(states):
            show(self.next())
        unwanted = self.next()
        rejection = Message()
        rejection.destination = self.server
        rejection.code = defines.Codes.EMPTY.number
        rejection.type = defines.Types["RST"]
        rejection.token = unwanted.token
        rejection._mid = unwanted.mid
        self.protocol.send_message(rejection)


def main():
    clients = {}
    for line in sys.stdin:
        wanted = json.loads(line)
        uri = urlsplit(wanted["uri"])
        client = clients.setdefault(uri.netloc, Client(uri.hostname, uri.port))
        request = client.build(wanted, unquote(uri.path).lstrip("/"), unquote(uri.query))
        if "notifications" in wanted:
            client.observe(request, wanted["notifications"])
        else:
            client.protocol.send_message(request)
            show(client.next())


main()
os._exit(0)
