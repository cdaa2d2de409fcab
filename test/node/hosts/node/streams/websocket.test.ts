import assert from "node:assert/strict";
import { once } from "node:events";
import { request as startRequest, type IncomingMessage } from "node:http";
import { connect as connectSocket, type AddressInfo } from "node:net";
import { WebSocket, WebSocketServer, type ServerOptions } from "ws";
import {
  MAX_WEBSOCKET_MESSAGE_BYTES,
  websocketTransport,
} from "../../../../../hosts/node/streams/websocket.js";
import {
  MAX_HEAD_BYTES,
  listenWebSocket,
  type WebSocketServerOptions,
} from "../../../../../hosts/node/streams/websocket-server.js";
import { CLOSE_TIMEOUT_MS } from "../../../../../hosts/node/streams/tcp.js";
import { WebSocketChannel } from "../../../../../hosts/node/streams/websocket-channel.js";
import { makeCertificate } from "../../../../certificates.js";
import { captureTimeouts } from "./captured-timeouts.js";
import { ChannelEnd, connecting, listening, type Listening } from "./channels.js";

const PATH = "/.well-known/coap";

/** Runs `use` with our server. */
async function withOurs(
  use: (listener: Listening) => Promise<void>,
  options: WebSocketServerOptions = {},
): Promise<void> {
  const listener = listening(await listenWebSocket(options));
  try {
    await use(listener);
  } finally {
    listener.transport.close();
    for (const { channel } of listener.accepted) channel.abort();
  }
}

/** Connects with `ws` as it is. */
function theirs(port: number, path = PATH, protocols: string[] = ["coap"]): WebSocket {
  const socket = new WebSocket(`ws://[::1]:${port}${path}`, protocols);
  socket.on("error", () => {});
  return socket;
}

async function closeCode(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, "close")) as [number];
  return code;
}

/** Runs `use` with a server of `ws` as it is. */
async function withTheirs(
  options: ServerOptions,
  use: (port: number, handshake: Promise<IncomingMessage>) => Promise<void>,
): Promise<void> {
  const server = new WebSocketServer({ port: 0, host: "::1", ...options });
  const handshake = new Promise<IncomingMessage>((resolve) => {
    server.once("connection", (_socket, request) => resolve(request));
  });
  await once(server, "listening");
  try {
    await use((server.address() as AddressInfo).port, handshake);
  } finally {
    server.close();
    for (const client of server.clients) client.terminate();
  }
}

function ours(port: number): ChannelEnd {
  return connecting(websocketTransport(), "::1", port);
}

describe("WebSockets on Node: the handshake", () => {
  it("RFC 8323 §4.1: asks for /.well-known/coap with the subprotocol coap and the host of the URI", () =>
    withTheirs({}, async (port, handshake) => {
      const end = connecting(websocketTransport({ authority: "example.test:81" }), "::1", port);
      await end.opening;
      const { url, headers } = await handshake;
      const { host, "sec-websocket-protocol": protocol, "sec-websocket-extensions": extensions } = headers;
      assert.deepEqual([url, host, protocol, extensions], [PATH, "example.test:81", "coap", undefined]);
      end.channel.close();
    }));

  it("RFC 8323 §4.1: takes who asks for the subprotocol coap, among others", () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port, PATH, ["other", "coap"]);
      await next();
      await once(socket, "open");
      assert.deepEqual([socket.protocol, socket.extensions], ["coap", ""]);
    }));

  for (const [what, path, protocols, status] of [
    ["without a subprotocol", PATH, [], 400],
    ["with another subprotocol", PATH, ["other"], 400],
    ["at another path", "/other", ["coap"], 404],
  ] as const)
    it(`RFC 8323 §4.1: answers ${status} to a handshake ${what}`, () =>
      withOurs(async ({ transport, accepted }) => {
        const socket = theirs(transport.port, path, [...protocols]);
        const [, response] = (await once(socket, "unexpected-response")) as [
          unknown,
          { statusCode: number; resume(): void },
        ];
        assert.equal(response.statusCode, status);
        assert.equal(accepted.length, 0);
      }));

  for (const [isSecure, scheme] of [
    [false, "http"],
    [true, "https"],
  ] as const)
    it(`RFC 6455 §10.2: answers 403 to a page of another origin than ${scheme} has here, or is allowed`, async () => {
      const tls = isSecure ? { tls: makeCertificate("DNS:localhost") } : {};
      await withOurs(
        async ({ transport: { port }, accepted }) => {
          const statusFor = async (origin: string | undefined, host: string): Promise<number> => {
            const url = `${isSecure ? "wss" : "ws"}://[::1]:${port}${PATH}`;
            const socket = new WebSocket(url, ["coap"], {
              rejectUnauthorized: false,
              headers: { Host: host, ...(origin !== undefined && { Origin: origin }) },
            });
            socket.on("error", () => {});
            return new Promise<number>((resolve) => {
              socket.once("open", () => resolve(101));
              socket.once("unexpected-response", (_request, response) => resolve(response.statusCode!));
            });
          };
          const own = `localhost:${port}`;
          assert.equal(await statusFor("https://example.org", own), 403);
          assert.equal(await statusFor(`${scheme}://example.org:${port}`, own), 403);
          assert.equal(await statusFor("null", own), 403);
          assert.equal(accepted.length, 0);
          assert.equal(await statusFor(undefined, own), 101);
          assert.equal(await statusFor(`${scheme}://${own}`, own), 101);
          assert.equal(await statusFor("https://example.com", own), 101);
          assert.equal(accepted.length, 3);
        },
        { ...tls, origins: ["https://example.com"] },
      );
    });

  it("RFC 6454 §6.2: refuses to listen for an origin that is none", async () => {
    await assert.rejects(listenWebSocket({ origins: ["example.com"] }), RangeError);
  });

  for (const [path, status] of [
    [PATH, 426],
    ["/", 404],
  ] as const)
    it(`RFC 9110 §15.5: answers ${status} to HTTP at ${path}`, () =>
      withOurs(async ({ transport }) => {
        const request = startRequest({ host: "::1", port: transport.port, path }).end();
        const [response] = (await once(request, "response")) as [
          { statusCode: number; resume(): void; headers: Record<string, string> },
        ];
        response.resume();
        assert.deepEqual([response.statusCode, response.headers["connection"]], [status, "close"]);
      }));

  it("closes a connection that speaks no HTTP", () =>
    withOurs(async ({ transport }) => {
      const socket = connectSocket(transport.port, "::1").on("error", () => {});
      socket.write("\0\0\0\0\r\n\r\n");
      socket.resume();
      await once(socket, "close");
      assert.equal(socket.destroyed, true);
    }));

  it(`RFC 6585 §5: takes a handshake of ${MAX_HEAD_BYTES} bytes, and answers 431 to a longer one`, () =>
    withOurs(async ({ transport }) => {
      for (const [length, status] of [
        [MAX_HEAD_BYTES - 200, 426],
        [MAX_HEAD_BYTES, 431],
      ] as const) {
        const headers = { filling: "x".repeat(length) };
        const request = startRequest({ host: "::1", port: transport.port, path: PATH, headers }).end();
        const [response] = (await once(request, "response")) as [IncomingMessage];
        response.resume();
        assert.equal(response.statusCode, status);
      }
    }));

  it("closes a connection that takes too long for its handshake", () =>
    withOurs(
      async ({ transport }) => {
        const socket = connectSocket(transport.port, "::1").on("error", () => {});
        socket.write(`GET ${PATH} HTTP/1.1\r\n`);
        socket.resume();
        await once(socket, "close");
        assert.equal(socket.destroyed, true);
      },
      { handshakeTimeoutMs: 50 },
    ));

  it("RFC 8323 §4.1: says so where the server does not speak CoAP", () =>
    withTheirs({ handleProtocols: () => false }, async (port) => {
      assert.match((await ours(port).ending)!.message, /Server sent no subprotocol/u);
    }));

  it("says what a server answered that is no WebSocket server there", () =>
    withTheirs({ path: "/other" }, async (port) => {
      assert.equal((await ours(port).ending)!.message, "Unexpected server response: 400");
    }));

  it("RFC 8323 §8.4: does not talk to a server whose certificate it cannot verify", async () => {
    const tls = makeCertificate("IP:::1");
    await withOurs(
      async ({ transport }) => {
        const end = connecting(websocketTransport({ tls: {} }), "::1", transport.port);
        assert.match((await end.ending)!.message, /^its certificate cannot be trusted: self-signed/u);
      },
      { tls },
    );
  });
});

describe("WebSockets on Node: messages", () => {
  it("RFC 8323 §4.2: sends and takes binary messages, each whole", () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port);
      const end = await next();
      await once(socket, "open");
      socket.send(Buffer.from([0, 1, 2]));
      socket.send(Buffer.alloc(0));
      socket.send(Buffer.alloc(60_000, 7));
      await end.until(() => end.pieces.length === 3);
      assert.deepEqual(
        end.pieces.map(({ length }) => length),
        [3, 0, 60_000],
      );
      end.channel.write(new Uint8Array([0, 2]));
      const [data, isBinary] = (await once(socket, "message")) as [Buffer, boolean];
      assert.deepEqual([[...data], isBinary], [[0, 2], true]);
    }));

  it("RFC 6455 §5.4: puts fragments together", () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port);
      const end = await next();
      await once(socket, "open");
      socket.send(Buffer.from([1]), { fin: false });
      socket.send(Buffer.from([2]), { fin: true });
      await end.until(() => end.pieces.length === 1);
      assert.deepEqual([...end.bytes], [1, 2]);
    }));

  it("RFC 8323 §4.2, RFC 6455 §7.4.1: closes with 1003 on text", () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port);
      const end = await next();
      await once(socket, "open");
      socket.send("text");
      assert.equal(await closeCode(socket), 1003);
      assert.match((await end.ending)!.message, /^expected binary messages, got text/u);
      assert.equal(end.pieces.length, 0);
    }));

  it(`RFC 6455 §7.4.1: takes ${MAX_WEBSOCKET_MESSAGE_BYTES} bytes, and closes with 1009 on one more`, () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port);
      const end = await next();
      await once(socket, "open");
      socket.send(Buffer.alloc(MAX_WEBSOCKET_MESSAGE_BYTES));
      await end.until(() => end.pieces.length === 1);
      socket.send(Buffer.alloc(MAX_WEBSOCKET_MESSAGE_BYTES + 1));
      assert.equal(await closeCode(socket), 1009);
      assert.equal((await end.ending)!.name, "SocketError");
    }));

  it("RFC 8323 §4.4: answers WebSocket's pings, and sends none", () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port);
      let pings = 0;
      socket.on("ping", () => (pings += 1));
      await next();
      await once(socket, "open");
      socket.ping();
      await once(socket, "pong");
      assert.equal(pings, 0);
    }));

  it(`gives a peer that does not close ${CLOSE_TIMEOUT_MS} ms`, () =>
    withTheirs({}, async (port) => {
      const socket = theirs(port);
      await once(socket, "open");
      const channel = new WebSocketChannel(socket, "::1", port);
      channel.attach(new ChannelEnd());
      const timeouts = captureTimeouts(() => channel.close());
      // Nothing is read any more, so the peer's Close frame does not come.
      socket.pause();
      const timeout = timeouts.find(({ delayMs }) => delayMs === CLOSE_TIMEOUT_MS);
      assert.equal(socket.readyState, WebSocket.CLOSING);
      timeout!.callback();
      await once(socket, "close");
      assert.equal(socket.readyState, WebSocket.CLOSED);
    }));

  it("hears that the peer went away without a word", () =>
    withOurs(async ({ transport, next }) => {
      const socket = theirs(transport.port);
      const end = await next();
      await once(socket, "open");
      socket.terminate();
      assert.match((await end.ending)!.message, /^the peer closed the WebSocket with 1006$/u);
    }));
});
