import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectPlain, createServer as createPlainServer } from "node:net";
import { connect as connectSocket, createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { listenTLS } from "../../../../../hosts/node/streams/listen.js";
import { openPort, portOf } from "../../../../../hosts/node/streams/open-port.js";
import { nodeTLS, type TLSClientOptions } from "../../../../../hosts/node/streams/tls.js";
import { tcpTransport } from "../../../../../src/coap/transport/tcp.js";
import { makeCertificate } from "../../../../certificates.js";
import { connecting, listening, type ChannelEnd } from "./channels.js";

const server = makeCertificate("DNS:example.test", "IP:::1");
const stranger = makeCertificate("DNS:stranger.test");

function connect(port: number, options: TLSClientOptions = { authorities: server.certificate }): ChannelEnd {
  return connecting(tcpTransport(nodeTLS(options), undefined), "::1", port);
}

/** Runs `use` with the port of a server of Node's own. */
async function withServer(options: TlsOptions, use: (port: number) => Promise<void>): Promise<void> {
  const other = createServer({ cert: server.certificate, key: server.privateKey, ...options });
  other.on("tlsClientError", () => {});
  await openPort(other, { address: "::1" });
  try {
    await use(portOf(other));
  } finally {
    other.close();
  }
}

describe("CoAP's TLS on Node", () => {
  it("RFC 8323 §8.2: offers coap in ALPN, and takes a server that chooses it", () =>
    withServer({ ALPNProtocols: ["other", "coap"] }, async (port) => {
      const end = connect(port);
      await end.opening;
      assert.equal(end.channel.port, port);
      end.channel.close();
    }));

  it("RFC 8323 §8.2: closes where a server on a port other than 5684 knows nothing of ALPN", () =>
    withServer({}, async (port) => {
      assert.match((await connect(port).ending)!.message, /^expected the protocol coap in ALPN, got none/u);
    }));

  it("RFC 8323 §8.2: closes where the server speaks other protocols only", () =>
    withServer({ ALPNProtocols: ["other"] }, async (port) => {
      assert.match(
        (await connect(port).ending)!.message,
        /^the TLS handshake failed: .*application protocol/u,
      );
    }));

  it("RFC 8323 §8.2: a server chooses coap in ALPN, and refuses clients that want something else", async () => {
    const { transport, next } = listening(await listenTLS(server));
    const client = (options: { ALPNProtocols: string[] }): TLSSocket =>
      connectSocket({ host: "::1", port: transport.port, ca: server.certificate, ...options });
    const good = client({ ALPNProtocols: ["other", "coap"] });
    await new Promise((resolve) => good.once("secureConnect", resolve));
    assert.equal(good.alpnProtocol, "coap");
    await next();
    good.destroy();
    const bad = client({ ALPNProtocols: ["other"] });
    const error = await new Promise<Error>((resolve) => bad.once("error", resolve));
    assert.match(error.message, /no application protocol/u);
    transport.close();
  });

  it("RFC 8323 §8.5: sends the name in SNI, which the certificate has to be for", async () => {
    const names: string[] = [];
    const options: TlsOptions = {
      ALPNProtocols: ["coap"],
      SNICallback: (name, done) => {
        names.push(name);
        done(null);
      },
    };
    await withServer(options, async (port) => {
      const known = connect(port, { authorities: server.certificate, serverName: "example.test" });
      await known.opening;
      known.channel.close();
      const other = connect(port, { authorities: server.certificate, serverName: "other.test" });
      assert.match((await other.ending)!.message, /^its certificate cannot be trusted: .*other\.test/u);
    });
    assert.deepEqual(names, ["example.test", "other.test"]);
  });

  it("RFC 8323 §9.1: does not talk to a server whose certificate it cannot verify, unless told to", () =>
    withServer({ ALPNProtocols: ["coap"] }, async (port) => {
      for (const options of [{}, { authorities: stranger.certificate }]) {
        const { message } = (await connect(port, options).ending)!;
        assert.match(message, /^its certificate cannot be trusted: self-signed certificate \(DEPTH_ZERO/u);
      }
      const careless = connect(port, { verifies: false });
      await careless.opening;
      careless.channel.close();
    }));

  it("RFC 8323 §9.1: a server takes clients with a certificate of its authorities only", async () => {
    const { transport, accepted, next } = listening(
      await listenTLS({ ...server, clientAuthorities: stranger.certificate }),
    );
    const known = connect(transport.port, { authorities: server.certificate, credentials: stranger });
    await Promise.all([known.opening, next()]);
    known.channel.close();
    for (const credentials of [undefined, server]) {
      const options = { authorities: server.certificate, ...(credentials && { credentials }) };
      await connect(transport.port, options).ending;
    }
    assert.equal(accepted.length, 1);
    transport.close();
  });

  it("says that a server speaks no TLS", async () => {
    const plain = createPlainServer((socket) => socket.on("error", () => {}).end("no TLS here"));
    await openPort(plain, { address: "::1" });
    const error = await connect(portOf(plain)).ending;
    assert.match(error!.message, /^the TLS handshake failed: wrong version number$/u);
    plain.close();
  });

  it("closes a connection that takes too long for its handshake", async () => {
    const { transport, accepted } = listening(await listenTLS({ ...server, handshakeTimeoutMs: 50 }));
    const socket = connectPlain(transport.port, "::1").on("error", () => {});
    socket.resume();
    await once(socket, "close");
    assert.equal(accepted.length, 0);
    transport.close();
  });

  it("refuses to listen with a certificate that is none", async () => {
    await assert.rejects(listenTLS({ certificate: "none", privateKey: "none" }), Error);
  });
});
