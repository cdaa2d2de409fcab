"""
A server on CoAPthon3 for our client to try: sample_server.py ADDRESS PORT. Prints "ready".
"""

import hashlib
import sys
import threading

from coapthon import defines
from coapthon.resources.resource import Resource
from coapthon.server.coap import CoAP
from coapthon.utils import Tree

CODES = defines.Codes
OCTET_STREAM = defines.Content_types["application/octet-stream"]


def octets(payload):
    """The library decodes bodies of other formats as UTF-8."""
    return payload if isinstance(payload, bytes) else (payload or "").encode()


def respond(response, code, payload=None, content_format=None):
    response.code = code.number
    response.payload = payload
    if content_format is not None:
        response.content_type = content_format
    return response


class Paths(Tree):
    """Where the store answers for all paths below it, which the library has no way to say."""

    def __getitem__(self, path):
        return super().__getitem__("/store" if path.startswith("/store/") else path)


class Store(Resource):
    """Bodies by their path, with an ETag."""

    def __init__(self):
        super().__init__("store", observable=False)
        self.bodies = {}

    def etag_of(self, path):
        return hashlib.sha256(self.bodies[path][0]).digest()[:8]

    def render_GET_advanced(self, request, response):
        if request.uri_path not in self.bodies:
            return self, respond(response, CODES.NOT_FOUND)
        body, content_format = self.bodies[request.uri_path]
        response.etag = self.etag_of(request.uri_path)
        if self.etag_of(request.uri_path) in request.etag:
            return self, respond(response, CODES.VALID)
        return self, respond(response, CODES.CONTENT, body, content_format)

    def render_PUT_advanced(self, request, response):
        known = request.uri_path in self.bodies
        self.bodies[request.uri_path] = octets(request.payload), request.content_type
        return self, respond(response, CODES.CHANGED if known else CODES.CREATED)

    def render_DELETE_advanced(self, request, response):
        self.bodies.pop(request.uri_path, None)
        return False, respond(response, CODES.DELETED)


class Methods(Resource):
    """Says what it was asked."""

    def __init__(self):
        super().__init__("methods", observable=False)

    def answer(self, request, response):
        words = f"{CODES.LIST[request.code].name} {request.uri_query} ".encode()
        return respond(response, CODES.CONTENT, words + octets(request.payload), OCTET_STREAM)

    def render_GET_advanced(self, request, response):
        return self, self.answer(request, response)

    render_POST_advanced = render_GET_advanced
    render_PUT_advanced = render_GET_advanced

    def render_DELETE_advanced(self, request, response):
        return False, self.answer(request, response)


class Separate(Resource):
    """A GET is answered when somebody sends a POST."""

    def __init__(self):
        super().__init__("separate", observable=False)
        self.released = threading.Event()

    def render_GET_advanced(self, request, response):
        return self, response, self.later

    def later(self, request, response):
        self.released.wait()
        self.released.clear()
        return self, respond(response, CODES.CONTENT, "later")

    def render_POST_advanced(self, request, response):
        self.released.set()
        return self, respond(response, CODES.CHANGED)


class State(Resource):
    """Notifies of each body that is PUT."""

    def __init__(self):
        super().__init__("state", observable=True)
        self.state = b"first"

    def render_GET_advanced(self, request, response):
        return self, respond(response, CODES.CONTENT, self.state, OCTET_STREAM)

    def render_PUT_advanced(self, request, response):
        self.state = octets(request.payload)
        return self, respond(response, CODES.CHANGED)


def main(address, port):
    server = CoAP((address, int(port)))
    paths = Paths()
    paths.tree = server.root.tree
    server.root = paths
    server.add_resource("store", Store())
    server.add_resource("methods", Methods())
    server.add_resource("separate", Separate())
    server.add_resource("state", State())
    print("ready", flush=True)
    server.listen()


main(*sys.argv[1:])
