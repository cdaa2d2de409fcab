import assert from "node:assert/strict";
import { listenTCP, listenTLS } from "../../../../../hosts/node/streams/listen.js";
import type { ListenOptions } from "../../../../../hosts/node/streams/open-port.js";
import { NodeTCP, WRITE_WINDOW_BYTES } from "../../../../../hosts/node/streams/tcp.js";
import { nodeTLS } from "../../../../../hosts/node/streams/tls.js";
import { listenWebSocket } from "../../../../../hosts/node/streams/websocket-server.js";
import { websocketTransport } from "../../../../../hosts/node/streams/websocket.js";
import { tcpTransport } from "../../../../../src/coap/transport/tcp.js";
import type { ChannelTransportFactory } from "../../../../../src/coap/transport/channel.js";
import { makeCertificate } from "../../../../certificates.js";
import { connecting, listening, type ChannelEnd, type Listening } from "./channels.js";

const server = makeCertificate("IP:::1", "IP:127.0.0.1");
const trust = { authorities: server.certificate };

interface Pair {
  readonly name: string;
  readonly listen: (options: ListenOptions) => Promise<ChannelTransportFactory>;
  readonly connect: ChannelTransportFactory;
}

const PAIRS: readonly Pair[] = [
  { name: "TCP", listen: listenTCP, connect: tcpTransport(NodeTCP, undefined) },
  {
    name: "TLS",
    listen: (options) => listenTLS({ ...server, ...options }),
    connect: tcpTransport(nodeTLS(trust), undefined),
  },
  { name: "WebSockets", listen: listenWebSocket, connect: websocketTransport() },
  {
    name: "WebSockets over TLS",
    listen: (options) => listenWebSocket({ ...options, tls: server }),
    connect: websocketTransport({ tls: trust }),
  },
];

interface Connected {
  readonly listener: Listening;
  readonly near: ChannelEnd;
  readonly far: ChannelEnd;
}

/** Runs `use` with a connection. */
async function withConnection(
  { listen, connect }: Pair,
  use: (connected: Connected) => Promise<void>,
  options: ListenOptions = {},
  address = "::1",
): Promise<void> {
  const listener = listening(await listen(options));
  const near = connecting(connect, address, listener.transport.port);
  try {
    const far = await listener.next();
    await Promise.all([near.opening, far.opening]);
    await use({ listener, near, far });
  } finally {
    listener.transport.close();
    for (const { channel } of [near, ...listener.accepted]) channel.abort();
  }
}

for (const pair of PAIRS)
  describe(`${pair.name} on Node`, () => {
    for (const [address, options] of [
      ["::1", {}],
      ["127.0.0.1", {}],
      ["::1", { address: "::1" }],
      ["127.0.0.1", { address: "127.0.0.1" }],
    ] as const)
      it(`RFC 8323 §3.3: carries bytes both ways at ${address}, listening at ${JSON.stringify(options)}`, () =>
        withConnection(
          pair,
          async ({ near, far }) => {
            const bytes = new Uint8Array([1, 2, 3]);
            near.channel.write(bytes);
            bytes.fill(0);
            await far.until(() => far.byteCount === 3);
            assert.deepEqual([...far.bytes], [1, 2, 3]);
            assert.equal(far.channel.address, address);
            far.channel.write(new Uint8Array([4]));
            await near.until(() => near.byteCount === 1);
            assert.deepEqual([...near.bytes], [4]);
            assert.equal(near.channel.address, address);
          },
          options,
          address,
        ));

    it("sends what was written before the connection was open", async () => {
      const listener = listening(await pair.listen({}));
      const near = connecting(pair.connect, "::1", listener.transport.port);
      near.channel.write(new Uint8Array([1]));
      near.channel.write(new Uint8Array([2]));
      assert.equal(near.channel.unsentBytes, 2);
      const far = await listener.next();
      await far.until(() => far.byteCount === 2);
      assert.deepEqual([...far.bytes], [1, 2]);
      listener.transport.close();
      near.channel.close();
      assert.equal(await far.ending, undefined);
    });

    it("carries more than a write window, and lets a paused end wait", () =>
      withConnection(pair, async ({ near, far }) => {
        const piece = new Uint8Array(WRITE_WINDOW_BYTES).fill(7);
        const count = 200;
        far.channel.pause();
        near.channel.write(new Uint8Array([6]));
        for (let left = count; left > 0; left -= 1) near.channel.write(piece);
        assert.ok(near.channel.unsentBytes > 0);
        near.channel.write(new Uint8Array([8]));
        far.channel.resume();
        await far.until(() => far.byteCount === count * piece.length + 2);
        assert.equal(far.bytes.at(-1), 8);
        await near.until(() => near.channel.unsentBytes === 0 && near.drainings > 0);
      }));

    it("RFC 8323 §3.4: sends the rest and closes; the peer hears that it was in order", () =>
      withConnection(pair, async ({ near, far }) => {
        near.channel.write(new Uint8Array([1, 2]));
        near.channel.close();
        near.channel.close();
        near.channel.write(new Uint8Array([3]));
        assert.equal(await far.ending, undefined);
        assert.deepEqual([...far.bytes], [1, 2]);
      }));

    it("stops listening; connections stay", () =>
      withConnection(pair, async ({ listener, near, far }) => {
        const { port } = listener.transport;
        listener.transport.close();
        assert.equal(listener.transport.port, 0);
        const error = await connecting(pair.connect, "::1", port).ending;
        assert.match(error!.message, /^nobody listens there \(ECONNREFUSED\)$/u);
        near.channel.write(new Uint8Array([1]));
        await far.until(() => far.byteCount === 1);
      }));

    it("lets the layer above refuse a connection", async () => {
      const { transport } = listening(await pair.listen({}), false);
      const near = connecting(pair.connect, "::1", transport.port);
      const error = await near.ending;
      assert.ok(error === undefined || error.name === "SocketError");
      transport.close();
    });

    it("takes as many connections as its limit, and not one more", () =>
      withConnection(
        pair,
        async ({ listener, near }) => {
          const second = connecting(pair.connect, "::1", listener.transport.port);
          await listener.next();
          const third = connecting(pair.connect, "::1", listener.transport.port);
          await third.ending;
          assert.equal(listener.accepted.length, 2);
          second.channel.close();
          near.channel.close();
        },
        { maxConnections: 2 },
      ));

    it("says when the port is taken, or the address is not this machine's", () =>
      withConnection(pair, async ({ listener }) => {
        await assert.rejects(pair.listen({ port: listener.transport.port }), { code: "EADDRINUSE" });
        await assert.rejects(pair.listen({ address: "2001:db8::1" }), { code: "EADDRNOTAVAIL" });
      }));
  });
