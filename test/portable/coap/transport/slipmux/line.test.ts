import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { LimitError, RefusedError } from "../../../../../src/coap/errors.js";
import {
  DEFAULT_MAX_FRAME_BYTES,
  DEFAULT_MAX_UNSENT_BYTES,
  SlipmuxLine,
  type SlipmuxLineOptions,
} from "../../../../../src/coap/transport/slipmux/line.js";
import type { ByteStreamOptions } from "../../../../../src/ports/byte-stream.js";
import { assert, describe, it } from "../../../../portable.js";
import { vectors } from "../../../vectors/slipmux.js";

/** A line on a stream that the test holds in its hand. */
class Bench {
  readonly line: SlipmuxLine;
  /** What was written, in hexadecimal, a write each. */
  readonly written: string[] = [];
  readonly messages: string[] = [];
  readonly diagnostics: string[] = [];
  readonly packets: string[] = [];
  readonly ends: string[] = [];
  readonly faults: string[] = [];
  /** The stream throws whatever is asked of it. */
  failing = false;
  closes = 0;
  callbacks: ByteStreamOptions = {};
  #arrived: ArrayBuffer | undefined;

  constructor(options: SlipmuxLineOptions = {}) {
    this.line = new SlipmuxLine(
      (callbacks) => {
        this.callbacks = callbacks;
        return {
          read: () => {
            this.#requireWhole();
            const arrived = this.#arrived;
            this.#arrived = undefined;
            return arrived;
          },
          write: (bytes) => {
            this.#requireWhole();
            this.written.push(toHex(bytes));
          },
          close: () => void (this.closes += 1),
        };
      },
      {
        onDiagnostic: (utf8) => void this.diagnostics.push(toHex(utf8)),
        onPacket: (packet) => void this.packets.push(toHex(packet)),
        ...options,
      },
    );
    this.line.attach({
      message: (bytes) => void this.messages.push(toHex(bytes)),
      ended: (error) => void this.ends.push(error.message),
      fault: (error) => void this.faults.push(String(error)),
    });
  }

  receive(hex: string): void {
    this.#arrived = Uint8Array.from(fromHex(hex.replaceAll(" ", ""))).buffer;
    this.callbacks.onReadable?.(this.#arrived.byteLength);
  }

  #requireWhole(): void {
    if (this.failing) throw new Error("the line is cut");
  }

  writable(count: number): void {
    this.callbacks.onWritable?.(count);
  }
}

const [GET_CORE, PING] = vectors.examples as unknown as readonly [
  (typeof vectors.examples)[number],
  (typeof vectors.examples)[number],
];

/** A diagnostic frame of `bytes` bytes that needs no escapes. */
function text(bytes: number): string {
  return "a".repeat(bytes - 1);
}

describe("slipmux line", () => {
  it("slipmux §5: takes CoAP messages", () => {
    const bench = new Bench();
    bench.receive(GET_CORE.frame + PING.frame);
    assert.deepEqual(bench.messages, [GET_CORE.coap, PING.coap]);
  });

  it("slipmux §5: sends CoAP messages", () => {
    const bench = new Bench();
    bench.writable(1000);
    bench.line.writeMessage(fromHex(PING.coap));
    assert.deepEqual(bench.written, [PING.frame]);
  });

  it("slipmux §4: takes and sends diagnostic text", () => {
    const bench = new Bench();
    bench.receive("c0 0a c3a40a c0");
    assert.deepEqual(bench.diagnostics, ["c3a40a"]);
    bench.writable(1000);
    bench.line.writeDiagnostic("ä\n");
    assert.deepEqual(bench.written, ["c00ac3a40ac0"]);
  });

  it("slipmux §3: takes and sends IP packets as they are", () => {
    const bench = new Bench();
    bench.receive("c0 45dbdc c0 60 c0");
    assert.deepEqual(bench.packets, ["45c0", "60"]);
    bench.writable(1000);
    bench.line.writePacket(fromHex("6fdb"));
    assert.deepEqual(bench.written, ["c06fdbddc0"]);
    assert.throws(() => bench.line.writePacket(fromHex("0a41")), RangeError);
    assert.throws(() => bench.line.writePacket(fromHex("")), RangeError);
  });

  it("a listener that throws is a fault, and the frames behind its own are taken", () => {
    const fail = (): never => {
      throw new RangeError("boom");
    };
    const bench = new Bench({ onDiagnostic: fail, onPacket: fail });
    bench.receive(`c0 0a 41 c0 45 00 c0 ${PING.frame}`);
    assert.deepEqual(bench.messages, [PING.coap]);
    assert.deepEqual(bench.faults, ["RangeError: boom", "RangeError: boom"]);
    assert.deepEqual(bench.ends, []);
  });

  it("a stream that throws has ended", () => {
    const [reading, writing] = [new Bench(), new Bench()];
    reading.failing = true;
    reading.receive(PING.frame);
    assert.deepEqual(reading.ends, ["the line is cut"]);
    writing.line.writeMessage(fromHex(PING.coap));
    writing.failing = true;
    writing.writable(1000);
    assert.deepEqual(writing.ends, ["the line is cut"]);
    assert.throws(() => writing.line.writeMessage(fromHex(PING.coap)), Error);
  });

  it("slipmux §4, §7.3: a platform ignores text and packets", () => {
    const heard: string[] = [];
    const line = new SlipmuxLine((callbacks) => {
      const chunks = ["c00a41c0", "c04500c0", "c06000c0", PING.frame].map((one) => fromHex(one));
      heard.push(typeof callbacks.onReadable);
      return {
        read: () => chunks.shift()?.slice().buffer,
        write: () => {},
        close: () => callbacks.onReadable?.(1),
      };
    });
    line.close();
    assert.deepEqual(heard, ["function"]);
    assert.deepEqual({ ...line.counters }, { aborted: 0, badEscape: 0, oversized: 0, badFcs: 0, unknown: 0 });
  });

  const faults: readonly (readonly [title: string, bytes: string, counter: keyof SlipmuxLine["counters"]])[] =
    [
      ["§5: a wrong FCS", "c0 a9 40001234 0000 c0", "badFcs"],
      ["§5: CoAP without room for an FCS", "c0 a9 c0", "badFcs"],
      ["§5: CoAP without the end of its FCS", "c0 a9 4f c0", "badFcs"],
      [
        "§5: two frames whose delimiters were lost",
        "c0 a94000dbdcdbdd94dbdc a94000dbdcdbdd94dbdc c0",
        "badFcs",
      ],
      ["§7.3: the text of a boot loader", "7273743a307831 c0", "unknown"],
      ["§7.3: a reserved first byte", "c0 00 c0", "unknown"],
      ["§6: an aborted frame", "c0 a94000 dbc0", "aborted"],
      ["RFC 1055: an escape that is none", "c0 a940 db00 c0", "badEscape"],
      ["a frame over the limit", `c0 ${"a9".repeat(DEFAULT_MAX_FRAME_BYTES + 1)} c0`, "oversized"],
    ];
  for (const [title, bytes, counter] of faults)
    it(`slipmux ${title} is ignored and counted, the next message is taken`, () => {
      const bench = new Bench();
      bench.receive(`${bytes} ${PING.frame}`);
      assert.deepEqual(bench.messages, [PING.coap]);
      const none = { aborted: 0, badEscape: 0, oversized: 0, badFcs: 0, unknown: 0 };
      assert.deepEqual({ ...bench.line.counters }, { ...none, [counter]: 1 });
      assert.deepEqual([...bench.diagnostics, ...bench.packets, ...bench.written], []);
    });

  it("maxFrameBytes: a frame at the limit goes, a larger one does not", () => {
    const bench = new Bench();
    bench.writable(10_000);
    bench.line.writeDiagnostic(text(DEFAULT_MAX_FRAME_BYTES));
    assert.equal(bench.written[0]?.length, 2 * (DEFAULT_MAX_FRAME_BYTES + 2));
    assert.throws(
      () => bench.line.writeDiagnostic(text(DEFAULT_MAX_FRAME_BYTES + 1)),
      LimitError,
      "maxFrameBytes",
    );
    assert.equal(bench.written.length, 1);
  });

  it("maxUnsentBytes: what the line does not take waits, up to the limit", () => {
    const bench = new Bench({ maxUnsentBytes: 20 });
    bench.line.writeDiagnostic(text(8));
    bench.line.writeDiagnostic(text(8));
    assert.equal(bench.line.unsentBytes, 20);
    assert.throws(() => bench.line.writeDiagnostic(text(1)), LimitError, "maxUnsentBytes");
    assert.deepEqual(bench.written, []);
    bench.writable(20);
    assert.equal(bench.line.unsentBytes, 0);
    assert.equal(bench.written.join(""), "c00a61616161616161c0".repeat(2));
    assert.ok(DEFAULT_MAX_UNSENT_BYTES >= 2 * DEFAULT_MAX_FRAME_BYTES + 2, "room for any one frame");
  });

  it("slipmux §6: frames never mix, however little the line takes", () => {
    const bench = new Bench();
    bench.line.writeMessage(fromHex(PING.coap));
    bench.writable(3);
    bench.line.writeDiagnostic("!");
    for (let turn = 0; turn < 8; turn += 1) bench.writable(2);
    assert.equal(bench.written.join(""), `${PING.frame}c00a21c0`);
    assert.equal(bench.written[0]?.length, 6);
  });

  it("an ended line says so once, and takes nothing more", () => {
    const bench = new Bench();
    bench.line.writeDiagnostic("waits");
    bench.callbacks.onError?.();
    assert.equal(bench.line.unsentBytes, 0);
    assert.throws(
      () => bench.line.writeMessage(fromHex(PING.coap)),
      RefusedError,
      "the other end has closed",
    );
    bench.line.close();
    bench.line.close();
    assert.deepEqual(bench.ends, ["the other end has closed the serial line"]);
    assert.ok(bench.closes > 0);
  });

  it("a closed line takes nothing more", () => {
    const bench = new Bench();
    bench.line.close();
    bench.receive(PING.frame);
    assert.throws(() => bench.line.writeDiagnostic("late"), RefusedError, "is closed");
    assert.deepEqual([bench.messages, bench.ends], [[], []]);
  });
});
