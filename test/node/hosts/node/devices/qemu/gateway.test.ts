import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  decodeFrame,
  encodeFrame,
  FrameKind,
  MAX_FRAME,
  type Frame,
} from "../../../../../../hosts/node/devices/qemu/frame.js";
import { Gateway } from "../../../../../../hosts/node/devices/qemu/gateway.js";

/** The board's end of the link, and somebody in the network. */
class World {
  readonly gateway = new Gateway();
  readonly board = createSocket("udp4");
  readonly peer = createSocket("udp4");

  static async open(): Promise<World> {
    const world = new World();
    for (const socket of [world.board, world.peer]) {
      socket.bind(0, "127.0.0.1");
      await once(socket, "listening");
    }
    return world;
  }

  send(frame: Parameters<typeof encodeFrame>[0]): void {
    this.board.send(encodeFrame(frame), this.gateway.port, "127.0.0.1");
  }

  async receive(): Promise<Frame | undefined> {
    const [bytes] = (await once(this.board, "message")) as [Buffer];
    return decodeFrame(bytes);
  }

  async request(frame: Parameters<typeof encodeFrame>[0]): Promise<Frame> {
    this.send(frame);
    const answer = await this.receive();
    assert.equal(answer?.kind, frame.kind | FrameKind.answer);
    assert.equal(answer.socket, frame.socket);
    return answer;
  }

  close(): void {
    this.gateway.close();
    this.board.close();
    this.peer.close();
  }
}

async function inWorld(body: (world: World) => Promise<void>): Promise<void> {
  const world = await World.open();
  try {
    await body(world);
  } finally {
    world.close();
  }
}

function portOf(socket: Socket): number {
  return socket.address().port;
}

describe("Gateway of a board in QEMU", () => {
  it("opens a socket, and says its port, also when it is asked twice", () =>
    inWorld(async (world) => {
      const request = { kind: FrameKind.open, socket: 3, address: "127.0.0.1" };
      const { port, rest } = await world.request(request);
      assert.ok(port > 0);
      assert.equal(rest.length, 0);
      assert.equal((await world.request(request)).port, port);
    }));

  it("says why a socket cannot be opened", () =>
    inWorld(async (world) => {
      const { rest } = await world.request({
        kind: FrameKind.open,
        socket: 0,
        address: "127.0.0.1",
        port: portOf(world.peer),
      });
      assert.match(Buffer.from(rest).toString(), /EADDRINUSE/);
    }));

  it("carries datagrams both ways", () =>
    inWorld(async (world) => {
      const { port } = await world.request({ kind: FrameKind.open, socket: 1, address: "127.0.0.1" });
      const arrives = once(world.peer, "message");
      const to = { address: "127.0.0.1", port: portOf(world.peer) };
      world.send({ kind: FrameKind.datagram, socket: 1, ...to, rest: Buffer.from("out") });
      assert.equal(String((await arrives)[0]), "out");
      world.peer.send("in", port, "127.0.0.1");
      const frame = await world.receive();
      assert.deepEqual(frame, {
        kind: FrameKind.datagram,
        socket: 1,
        multicast: false,
        rest: Buffer.from("in"),
        ...to,
      });
    }));

  it("drops a datagram that does not fit into a frame, and takes the largest that does", () =>
    inWorld(async (world) => {
      const { port } = await world.request({ kind: FrameKind.open, socket: 1, address: "127.0.0.1" });
      const largest = MAX_FRAME - encodeFrame({ kind: FrameKind.datagram, address: "127.0.0.1" }).length;
      world.peer.send(Buffer.alloc(largest + 1), port, "127.0.0.1");
      world.peer.send(Buffer.alloc(largest), port, "127.0.0.1");
      assert.equal((await world.receive())?.rest.length, largest);
    }));

  it("reports a datagram that cannot be sent", () =>
    inWorld(async (world) => {
      await world.request({ kind: FrameKind.open, socket: 1, address: "127.0.0.1" });
      world.send({ kind: FrameKind.datagram, socket: 1, address: "127.0.0.1", port: 0 });
      const frame = await world.receive();
      assert.equal(frame?.kind, FrameKind.failure);
      assert.notEqual(frame.rest.length, 0);
    }));

  it("closes a socket, whose port is free then", () =>
    inWorld(async (world) => {
      const { port } = await world.request({ kind: FrameKind.open, socket: 1, address: "127.0.0.1" });
      await world.request({ kind: FrameKind.close, socket: 1 });
      const again = await world.request({ kind: FrameKind.open, socket: 2, address: "127.0.0.1", port });
      assert.equal(again.port, port);
    }));

  it("keeps an order for the board until its first frame tells where it is", () =>
    inWorld(async (world) => {
      world.gateway.stop(143);
      world.send({ kind: FrameKind.open, socket: 0, address: "127.0.0.1" });
      const frame = await world.receive();
      assert.equal(frame?.kind, FrameKind.stop);
      assert.equal(frame.port, 143);
    }));

  it("listens to the board only", () =>
    inWorld(async (world) => {
      const first = await world.request({ kind: FrameKind.open, socket: 1, address: "127.0.0.1" });
      world.peer.send(encodeFrame({ kind: FrameKind.close, socket: 1 }), world.gateway.port, "127.0.0.1");
      // The socket is still open, so its port is taken.
      const { port } = first;
      const other = await world.request({ kind: FrameKind.open, socket: 2, address: "127.0.0.1", port });
      assert.match(Buffer.from(other.rest).toString(), /EADDRINUSE/);
    }));

  it("says what is wrong with a request", () =>
    inWorld(async (world) => {
      const joined = await world.request({ kind: FrameKind.join, socket: 7, address: "ff02::fd" });
      assert.equal(Buffer.from(joined.rest).toString(), "expected an open socket, got number 7");
      const unknown = await world.request({ kind: 9, socket: 0 });
      assert.match(
        Buffer.from(unknown.rest).toString(),
        /^expected a request of the board, got a frame of kind 9$/,
      );
    }));
});
