import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { listenerOf } from "../../../../../hosts/node/streams/listener.js";
import { openPort, portOf } from "../../../../../hosts/node/streams/open-port.js";
import {
  CLOSE_TIMEOUT_MS,
  NodeTCP,
  WRITE_WINDOW_BYTES,
  connectTCP,
} from "../../../../../hosts/node/streams/tcp.js";
import type { TCP } from "../../../../../src/ports/tcp.js";
import { captureTimeouts } from "./captured-timeouts.js";

/** Runs `use` with a port of Node's own, and the first socket that connects to it. */
async function withServer(use: (port: number, peer: Promise<Socket>) => Promise<void>): Promise<void> {
  const server = createServer({ pauseOnConnect: true });
  const peer = new Promise<Socket>((resolve) => server.once("connection", resolve));
  await openPort(server, { address: "::1" });
  try {
    await use(portOf(server), peer);
  } finally {
    server.close();
    await peer.then((socket) => socket.destroy());
  }
}

interface OpenStream {
  readonly stream: NodeTCP;
  readonly ended: Promise<Error | undefined>;
  /** Resolves with the next number of bytes that can be read. */
  readable(): Promise<number>;
  /** Resolves with the next number of bytes that can be written. */
  writable(): Promise<number>;
}

function openStream(port: number): OpenStream {
  let onReadable = (_count: number): void => {};
  let onWritable = (_count: number): void => {};
  let stream!: NodeTCP;
  const ended = new Promise<Error | undefined>((resolve) => {
    stream = new NodeTCP({
      address: "::1",
      port,
      onReadable: (count) => onReadable(count),
      onWritable: (count) => onWritable(count),
      onError: resolve,
    });
  });
  return {
    stream,
    ended,
    readable: () => new Promise((resolve) => (onReadable = resolve)),
    writable: () => new Promise((resolve) => (onWritable = resolve)),
  };
}

describe("ECMA-419's TCP class on Node", () => {
  it("takes as many bytes as it has announced, and not one more", () =>
    withServer(async (port, peer) => {
      const { stream, writable } = openStream(port);
      assert.throws(() => stream.write(new Uint8Array(1)), RangeError, "not open yet");
      assert.equal(await writable(), WRITE_WINDOW_BYTES);
      const again = writable();
      stream.write(new Uint8Array(WRITE_WINDOW_BYTES));
      assert.throws(() => stream.write(new Uint8Array(1)), /expected at most 0 bytes to write, got 1/u);
      (await peer).resume();
      assert.equal(await again, WRITE_WINDOW_BYTES);
      stream.close();
    }));

  it("reads as many bytes as are asked for, where there are so many", () =>
    withServer(async (port, peer) => {
      const { stream, readable, ended } = openStream(port);
      const announced = readable();
      (await peer).write(Buffer.from([1, 2, 3]));
      assert.equal(await announced, 3);
      assert.deepEqual(new Uint8Array(stream.read(2)!), new Uint8Array([1, 2]));
      assert.deepEqual(new Uint8Array(stream.read(2)!), new Uint8Array([3]));
      assert.equal(stream.read(), undefined);
      (await peer).end();
      assert.equal(await ended, undefined);
    }));

  it("tells an end out of order", () =>
    withServer(async (port, peer) => {
      const { ended } = openStream(port);
      (await peer).resetAndDestroy();
      const error = await ended;
      assert.equal(error!.name, "SocketError");
      assert.match(error!.message, /broken the connection off \(ECONNRESET\)/u);
    }));

  it("does nothing more once it is closed, and drops what still comes in", () =>
    withServer(async (port, peer) => {
      const { stream, writable } = openStream(port);
      await writable();
      const socket = await peer;
      socket.write(Buffer.alloc(WRITE_WINDOW_BYTES));
      stream.write(new Uint8Array([9]));
      stream.close();
      stream.close();
      assert.equal(stream.read(), undefined);
      assert.throws(() => stream.write(new Uint8Array(1)), RangeError);
      const chunks: Buffer[] = [];
      socket.on("data", (chunk: Buffer) => chunks.push(chunk)).resume();
      await new Promise((resolve) => socket.once("end", resolve));
      assert.deepEqual([...Buffer.concat(chunks)], [9]);
    }));

  it(`gives a peer that does not close ${CLOSE_TIMEOUT_MS} ms`, () =>
    withServer(async (port, peer) => {
      let socket!: Socket;
      let opened!: () => void;
      const opening = new Promise<void>((resolve) => (opened = resolve));
      const options = { address: "::1", port, onWritable: () => opened() };
      const stream = new NodeTCP(options, (...to) => (socket = connectTCP(...to)));
      // Paused, it does not see the end of the stream.
      await Promise.all([opening, peer]);
      const [timeout, ...others] = captureTimeouts(() => stream.close());
      assert.deepEqual([timeout!.delayMs, others], [CLOSE_TIMEOUT_MS, []]);
      assert.equal(socket.destroyed, false);
      timeout!.callback();
      assert.equal(socket.destroyed, true);
    }));

  it("takes over only what a listener has given", () => {
    const other = { remoteAddress: "::1", remotePort: 1 } as TCP;
    assert.throws(() => new NodeTCP({ from: other }), TypeError);
  });

  it("a listener closes connections that nobody has read", async () => {
    const server = createServer();
    await openPort(server, { address: "::1" });
    let readable!: () => void;
    const waiting = new Promise<void>((resolve) => (readable = resolve));
    const listener = new (listenerOf(server, "connection"))({ onReadable: readable });
    const { ended } = openStream(listener.port);
    await waiting;
    listener.close();
    await ended;
    assert.equal(listener.read(), undefined);
    assert.equal(listener.port, 0);
  });

  it("tells the end of a connection that was taken over too late", async () => {
    const server = createServer();
    await openPort(server, { address: "::1" });
    const listener = new (listenerOf(server, "connection"))({});
    const connection = once(server, "connection") as Promise<[Socket]>;
    const { stream } = openStream(listener.port);
    const [socket] = await connection;
    const from = listener.read()!;
    socket.resume();
    stream.close();
    await once(socket, "close");
    const ended = new Promise<Error | undefined>((resolve) => {
      new NodeTCP({ from, onError: resolve });
    });
    assert.equal(await ended, undefined);
    listener.close();
  });

  it("a connection that a listener has given cannot be used before it is taken over", async () => {
    const server = createServer();
    await openPort(server, { address: "::1" });
    let readable!: () => void;
    const waiting = new Promise<void>((resolve) => (readable = resolve));
    const listener = new (listenerOf(server, "connection"))({ onReadable: readable });
    const { ended } = openStream(listener.port);
    await waiting;
    const accepted = listener.read()!;
    assert.equal(accepted.read(), undefined);
    assert.throws(() => accepted.write(new Uint8Array(1)), RangeError);
    accepted.close();
    await ended;
    listener.close();
  });
});
