import { toHex } from "../../../../src/bytes/hex.js";
import type { Channel, ChannelReceiver, ChannelTransport } from "../../../../src/coap/transport/channel.js";
import { tcpTransport } from "../../../../src/coap/transport/tcp.js";
import type { ByteStreamOptions } from "../../../../src/ports/byte-stream.js";
import type { TCPConstructor } from "../../../../src/ports/tcp.js";
import { World, assert, describe, it } from "../../../portable.js";
import { hex } from "../wire.js";
import { VirtualStreams, type StreamConditions } from "./virtual-streams.js";

const SERVER = "fd00::1";
const CLIENT = "fd00::2";
const PORT = 5683;

/** Notes what its channel tells. */
class Noting implements ChannelReceiver {
  readonly events: string[] = [];
  receivedBytes = 0;

  opened(): void {
    this.events.push("opened");
  }

  received(bytes: Uint8Array): void {
    this.receivedBytes += bytes.length;
    if (bytes.length < 16) this.events.push(toHex(bytes));
  }

  drained(): void {
    this.events.push("drained");
  }

  closed(error: Error | undefined): void {
    this.events.push(error ? `closed: ${error.message}` : "closed");
  }
}

/** A channel between two hosts, and what both ends were told. */
class Pair {
  readonly time = new World({ seed: 1 }).time;
  readonly near = new Noting();
  readonly far = new Noting();
  readonly channel: Channel;
  readonly server: ChannelTransport;
  accepted: Channel | undefined;

  constructor(conditions: StreamConditions = {}, accepts = true) {
    const streams = new VirtualStreams(this.time, conditions);
    this.server = tcpTransport(streams.tcp(SERVER), streams.listener(SERVER), { port: PORT })((channel) => {
      this.accepted = channel;
      return accepts ? this.far : undefined;
    });
    const client = tcpTransport(streams.tcp(CLIENT), undefined)(() => undefined);
    this.channel = client.connect(SERVER, PORT, this.near);
  }
}

describe("channels over TCP", () => {
  it("RFC 8323 §3.4: a stream that throws has ended, and its receiver hears so once", () => {
    for (const failing of ["read", "write"] as const) {
      let callbacks: ByteStreamOptions = {};
      const calls: string[] = [];
      const cut = (): never => {
        throw new Error("cut");
      };
      const stream = { read: () => undefined, write: () => undefined, close: () => void calls.push("close") };
      const tcp = function (options: ByteStreamOptions): unknown {
        callbacks = options;
        return { ...stream, [failing]: cut };
      } as unknown as TCPConstructor;
      const near = new Noting();
      const channel = tcpTransport(tcp, undefined)(() => undefined).connect(SERVER, PORT, near);
      callbacks.onWritable?.(100);
      channel.write(hex("01"));
      callbacks.onReadable?.(1);
      callbacks.onReadable?.(1);
      channel.write(hex("02"));
      assert.deepEqual(near.events, ["opened", "closed: cut"]);
      assert.deepEqual([calls, channel.unsentBytes], [["close"], 0]);
    }
  });

  it("RFC 8323 §3: what is written before the connection is open is sent in order, both ways", async () => {
    const pair = new Pair();
    pair.channel.write(hex("01"));
    pair.channel.write(hex("0203"));
    assert.equal(pair.channel.unsentBytes, 3);
    await pair.time.advance(10);
    pair.accepted!.write(hex("04"));
    await pair.time.advance(10);
    assert.deepEqual(pair.near.events, ["opened", "drained", "04"]);
    assert.deepEqual(pair.far.events, ["opened", "01", "0203"]);
    assert.equal(pair.channel.unsentBytes, 0);
    assert.equal(pair.accepted!.address, CLIENT);
    assert.equal(pair.server.port, PORT);
  });

  it("keeps what the stream does not take yet, and says when it has taken all", async () => {
    const pair = new Pair({ windowBytes: 100 });
    await pair.time.advance(10);
    pair.accepted!.pause();
    pair.channel.write(new Uint8Array(100));
    assert.equal(pair.channel.unsentBytes, 0);
    pair.channel.write(new Uint8Array(150));
    await pair.time.advance(10);
    assert.equal(pair.channel.unsentBytes, 150);
    assert.equal(pair.far.receivedBytes, 0);
    pair.accepted!.resume();
    await pair.time.advance(50);
    assert.equal(pair.channel.unsentBytes, 0);
    assert.equal(pair.far.receivedBytes, 250);
    assert.deepEqual(pair.near.events, ["opened", "drained"]);
  });

  it("closes when what was written is sent; the closing side hears nothing more", async () => {
    const pair = new Pair({ windowBytes: 100 });
    await pair.time.advance(10);
    pair.channel.write(new Uint8Array(250));
    pair.channel.close();
    pair.channel.write(hex("01"));
    pair.accepted!.write(hex("02"));
    await pair.time.advance(50);
    assert.equal(pair.far.receivedBytes, 250);
    assert.deepEqual(pair.far.events, ["opened", "closed"]);
    assert.deepEqual(pair.near.events, ["opened"]);
  });

  it("drops what was not sent when it is aborted", async () => {
    const pair = new Pair({ windowBytes: 100 });
    await pair.time.advance(10);
    pair.channel.write(new Uint8Array(250));
    pair.channel.abort();
    await pair.time.advance(50);
    assert.equal(pair.far.receivedBytes, 100);
    assert.deepEqual(pair.far.events, ["opened", "closed"]);
  });

  it("tells why no connection came about", async () => {
    const pair = new Pair();
    pair.server.close();
    await pair.time.advance(10);
    assert.deepEqual(pair.near.events, ["closed: connection refused"]);
    const refuse = function (): never {
      throw new Error("no memory");
    } as unknown as TCPConstructor;
    const noting = new Noting();
    tcpTransport(refuse, undefined)(() => undefined).connect(SERVER, PORT, noting);
    assert.deepEqual(noting.events, []);
    await pair.time.advance(0);
    assert.deepEqual(noting.events, ["closed: no memory"]);
  });

  it("a connection that is not accepted is closed", async () => {
    const pair = new Pair({}, false);
    await pair.time.advance(10);
    assert.deepEqual(pair.near.events, ["opened", "closed"]);
  });
});
