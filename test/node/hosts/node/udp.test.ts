import assert from "node:assert/strict";
import { NodeUDP, MAX_QUEUED_DATAGRAMS } from "../../../../hosts/node/udp.js";
import type { Datagram, UDPOptions } from "../../../../src/ports/udp.js";

/** A socket whose datagrams one can wait for. */
class Listener {
  readonly socket: NodeUDP;
  readonly #waiting: (() => void)[] = [];

  constructor(options: UDPOptions = {}) {
    this.socket = new NodeUDP({ ...options, onReadable: () => this.#waiting.shift()?.() });
  }

  async next(): Promise<Datagram> {
    let datagram = this.socket.read();
    while (datagram === undefined) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      datagram = this.socket.read();
    }
    return datagram;
  }
}

describe("UDP on Node", () => {
  it("knows its port at once, also one that the system chose", () => {
    const socket = new NodeUDP({});
    const { port } = socket;
    assert.ok(port > 0 && port <= 65535);
    assert.throws(
      () => new NodeUDP({ port }),
      (error: NodeJS.ErrnoException) => error.code === "EADDRINUSE",
    );
    socket.close();
    const again = new NodeUDP({ port });
    assert.equal(again.port, port);
    again.close();
  });

  it("keeps what was written apart, however alike, in one turn", async () => {
    const listening = new Listener();
    const asking = new Listener();
    const bytes = new Uint8Array(3);
    for (let value = 1; value <= 20; value += 1)
      asking.socket.write(bytes.fill(value), "::1", listening.socket.port);
    for (let value = 1; value <= 20; value += 1)
      assert.deepEqual(new Uint8Array(await listening.next()), new Uint8Array(3).fill(value));
    listening.socket.close();
    asking.socket.close();
  });

  it("tells of an error when it writes to a stranger", async () => {
    const reported = new Promise<Error>((resolve) => {
      const socket = new NodeUDP({
        onError(error) {
          socket.close();
          resolve(error);
        },
      });
      // More than a datagram can have.
      socket.write(new Uint8Array(70_000), "::1", 9);
    });
    assert.equal(((await reported) as NodeJS.ErrnoException).code, "EMSGSIZE");
  });

  it("throws for a port that is none, of which the system would take another one", () => {
    for (const port of [-1, 65_536, 99_999, 1.5, NaN, "5683" as unknown as number])
      assert.throws(() => new NodeUDP({ port }), {
        name: "RangeError",
        message: `expected a port from 0 to 65535, got ${port}`,
      });
    new NodeUDP({ port: 0 }).close();
  });

  it("throws for an address that is not this machine's", () => {
    assert.throws(() => new NodeUDP({ address: "2001:db8::1" }), /EADDRNOTAVAIL/);
    assert.throws(() => new NodeUDP({ address: "example.com" }), Error);
  });

  for (const { title, server, client, address, source } of [
    { title: "IPv6", server: undefined, client: undefined, address: "::1", source: "::1" },
    {
      title: "IPv4 as plain IPv4",
      server: undefined,
      client: undefined,
      address: "127.0.0.1",
      source: "127.0.0.1",
    },
    {
      title: "IPv4 from an IPv4 socket",
      server: undefined,
      client: "127.0.0.1",
      address: "127.0.0.1",
      source: "127.0.0.1",
    },
    {
      title: "IPv4 on an IPv4 socket",
      server: "127.0.0.1",
      client: undefined,
      address: "127.0.0.1",
      source: "127.0.0.1",
    },
    { title: "IPv6 on an IPv6 socket", server: "::1", client: "::1", address: "::1", source: "::1" },
  ])
    it(`carries datagrams there and back: ${title}`, async () => {
      const listening = new Listener(server === undefined ? {} : { address: server });
      const asking = new Listener(client === undefined ? {} : { address: client });
      const bytes = new Uint8Array([1, 2, 3]);
      asking.socket.write(bytes.subarray(1), address, listening.socket.port);
      bytes.fill(0);
      const request = await listening.next();
      assert.ok(request instanceof ArrayBuffer);
      assert.deepEqual(new Uint8Array(request), new Uint8Array([2, 3]));
      assert.deepEqual(
        [request.address, request.port, request.multicast],
        [source, asking.socket.port, false],
      );
      listening.socket.write(new Uint8Array(0), request.address, request.port);
      assert.equal((await asking.next()).byteLength, 0);
      listening.socket.close();
      asking.socket.close();
    });

  it("takes the largest datagram, and reports a larger one", async () => {
    const errors: [string, string, number][] = [];
    const listening = new Listener();
    const failed = new Promise<void>((resolve) => {
      const socket = new NodeUDP({
        onError(error, address, port) {
          errors.push([(error as NodeJS.ErrnoException).code ?? "", address, port]);
          socket.close();
          resolve();
        },
      });
      socket.write(new Uint8Array(65_507).fill(7), "127.0.0.1", listening.socket.port);
      socket.write(new Uint8Array(65_508), "127.0.0.1", listening.socket.port);
    });
    const datagram = await listening.next();
    await failed;
    assert.equal(datagram.byteLength, 65_507);
    assert.ok(new Uint8Array(datagram).every((byte) => byte === 7));
    assert.deepEqual(errors, [["EMSGSIZE", "127.0.0.1", listening.socket.port]]);
    listening.socket.close();
  });

  it("reports a destination that is no address, without asking DNS", async () => {
    const error = await new Promise<Error>((resolve) => {
      const socket = new NodeUDP({
        onError(reported) {
          socket.close();
          resolve(reported);
        },
      });
      socket.write(new Uint8Array(1), "localhost", 5683);
    });
    assert.match(error.message, /EINVAL/);
  });

  it("refuses a port that is none", () => {
    const socket = new NodeUDP({});
    for (const port of [0, 65536, -1])
      assert.throws(() => socket.write(new Uint8Array(1), "::1", port), RangeError);
    socket.close();
  });

  it("does nothing more once it is closed", () => {
    const socket = new NodeUDP({});
    socket.close();
    socket.close();
    assert.equal(socket.read(), undefined);
    assert.throws(() => socket.write(new Uint8Array(1), "::1", 5683), /closed/);
    assert.throws(() => socket.add("ff02::fd"), /closed/);
  });

  it(`keeps ${MAX_QUEUED_DATAGRAMS} datagrams for a program that does not read, and drops the oldest`, async () => {
    let readable = 0;
    let wake = (): void => {};
    const slow = new NodeUDP({
      onReadable(count) {
        readable += count;
        wake();
      },
    });
    const sender = new NodeUDP({});
    const send = async (number: number): Promise<void> => {
      const arrived = new Promise<void>((resolve) => {
        wake = resolve;
      });
      sender.write(new Uint8Array([number >> 8, number & 0xff]), "::1", slow.port);
      await arrived;
    };
    for (let number = 1; number <= MAX_QUEUED_DATAGRAMS; number += 1) await send(number);
    assert.equal(slow.dropped, 0);
    await send(MAX_QUEUED_DATAGRAMS + 1);
    assert.deepEqual([slow.dropped, readable], [1, MAX_QUEUED_DATAGRAMS + 1]);
    assert.deepEqual(new Uint8Array(slow.read()!), new Uint8Array([0, 2]), "the oldest is gone");
    let left = 0;
    while (slow.read() !== undefined) left += 1;
    assert.equal(left, MAX_QUEUED_DATAGRAMS - 1);
    slow.close();
    sender.close();
  });
});
