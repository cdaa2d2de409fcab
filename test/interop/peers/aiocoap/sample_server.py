"""
A server on aiocoap for our client to try: sample_server.py ADDRESS PORT TRANSPORT [CERTIFICATE]. TRANSPORT is aiocoap's
name: udp6, tcpserver, tlsserver or ws. CERTIFICATE is a file with it and its key, for TLS. Prints "ready".
"""

import asyncio
import hashlib
import ssl
import sys

import aiocoap
from aiocoap import resource


def etag_of(body):
    return hashlib.sha256(body).digest()[:8]


class Store(resource.Resource, resource.PathCapable):
    """Bodies by their path, with an ETag."""

    def __init__(self):
        super().__init__()
        self.bodies = {}

    async def render_get(self, request):
        if request.opt.uri_path not in self.bodies:
            raise aiocoap.error.NotFound()
        body, content_format = self.bodies[request.opt.uri_path]
        etag = etag_of(body)
        if etag in request.opt.etags:
            return aiocoap.Message(code=aiocoap.VALID, etag=etag)
        return aiocoap.Message(payload=body, content_format=content_format, etag=etag)

    async def render_put(self, request):
        known = request.opt.uri_path in self.bodies
        body = self.bodies[request.opt.uri_path][0] if known else None
        if request.opt.if_none_match and known or request.opt.if_match and (
            not known or etag_of(body) not in request.opt.if_match and b"" not in request.opt.if_match
        ):
            return aiocoap.Message(code=aiocoap.PRECONDITION_FAILED)
        self.bodies[request.opt.uri_path] = (request.payload, request.opt.content_format)
        return aiocoap.Message(code=aiocoap.CHANGED if known else aiocoap.CREATED)

    async def render_delete(self, request):
        self.bodies.pop(request.opt.uri_path, None)
        return aiocoap.Message(code=aiocoap.DELETED)


class Methods(resource.Resource):
    """Says what it was asked."""

    async def render(self, request):
        method = str(request.code).upper()
        words = f"{method} {'&'.join(request.opt.uri_query)} ".encode()
        return aiocoap.Message(code=aiocoap.CONTENT, payload=words + request.payload)


class Separate(resource.Resource):
    """A GET is answered when somebody sends a POST."""

    def __init__(self):
        super().__init__()
        self.released = asyncio.Event()

    async def render_get(self, request):
        await self.released.wait()
        self.released.clear()
        return aiocoap.Message(payload=b"later")

    async def render_post(self, request):
        self.released.set()
        return aiocoap.Message(code=aiocoap.CHANGED)


class State(resource.ObservableResource):
    """Notifies of each body that is PUT."""

    def __init__(self):
        super().__init__()
        self.state = b"first"

    def update_observation_count(self, count):
        print(f"observers: {count}", flush=True)

    async def render_get(self, request):
        return aiocoap.Message(payload=self.state)

    async def render_put(self, request):
        self.state = request.payload
        self.updated_state()
        return aiocoap.Message(code=aiocoap.CHANGED)


def tls_context(certificate):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["coap"])
    return context


async def main(address, port, transport, certificate=None):
    site = resource.Site()
    site.add_resource([".well-known", "core"], resource.WKCResource(site.get_resources_as_linkheader))
    site.add_resource(["store"], Store())
    site.add_resource(["methods"], Methods())
    site.add_resource(["separate"], Separate())
    site.add_resource(["state"], State())
    tls = {} if certificate is None else {"_ssl_context": tls_context(certificate)}
    await aiocoap.Context.create_server_context(site, bind=(address, int(port)), transports=[transport], **tls)
    print("ready", flush=True)
    await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
