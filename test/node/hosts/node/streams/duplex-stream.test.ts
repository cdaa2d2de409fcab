import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { Duplex, duplexPair } from "node:stream";
import { fileURLToPath } from "node:url";
import { nodePlatform } from "../../../../../hosts/node/platform.js";
import { DuplexStream } from "../../../../../hosts/node/streams/duplex-stream.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { RefusedError } from "../../../../../src/coap/errors.js";
import { SlipmuxLine } from "../../../../../src/coap/transport/slipmux/line.js";
import { slipmuxTransport } from "../../../../../src/coap/transport/slipmux/transport.js";

const DEVICE = fileURLToPath(new URL("serial-device.js", import.meta.url));
const STORE = "coap://[fe80::1%25uart]/store";

/** A stream, what it said, and the other end. */
class Bench {
  readonly other: Duplex;
  readonly duplex: Duplex;
  readonly stream: DuplexStream;
  readonly said: unknown[] = [];
  received = "";

  constructor(highWaterMark = 16) {
    [this.duplex, this.other] = duplexPair({ highWaterMark });
    this.stream = new DuplexStream(this.duplex, {
      onReadable: (count) => {
        const bytes = this.stream.read(count);
        this.received += bytes ? Buffer.from(bytes).toString() : "";
      },
      onWritable: (count) => void this.said.push(count),
      onError: (error) => void this.said.push(error ?? "ended"),
    });
  }
}

/** The events of a stream come in later turns. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe("DuplexStream", () => {
  it("reads what comes, and writes no more than was announced", async () => {
    const bench = new Bench();
    assert.deepEqual(bench.said, [], "nothing is said from within the constructor");
    assert.throws(() => bench.stream.write(Buffer.from("a")), RangeError);
    await turns();
    assert.deepEqual(bench.said, [16]);
    bench.stream.write(Buffer.alloc(15));
    bench.stream.write(Buffer.alloc(1));
    assert.throws(() => bench.stream.write(Buffer.alloc(1)), /expected at most 0 bytes to write, got 1/u);
    await turns();
    assert.deepEqual(bench.said, [16], "the other end has not read yet");
    assert.equal((bench.other.read() as Buffer).length, 16);
    await turns();
    assert.equal(bench.said.at(-1), 16);
    bench.other.write("hello");
    await turns();
    assert.equal(bench.received, "hello");
  });

  it("sends a copy", async () => {
    const bench = new Bench();
    await turns();
    const bytes = Buffer.from("before");
    bench.stream.write(bytes);
    bytes.write("after!");
    await turns();
    assert.equal(String(bench.other.read()), "before");
  });

  it("says once that the other end has closed", async () => {
    const bench = new Bench();
    await turns();
    bench.other.end("last");
    await turns();
    assert.equal(bench.received, "last");
    assert.deepEqual(bench.said, [16, "ended"]);
    assert.equal(bench.stream.read(), undefined);
  });

  it("says once what went wrong", async () => {
    const bench = new Bench();
    await turns();
    const error = new Error("unplugged");
    bench.duplex.destroy(error);
    await turns();
    assert.deepEqual(bench.said, [16, error]);
  });

  it("is silent after it was closed, and has sent what was written", async () => {
    const bench = new Bench();
    await turns();
    bench.stream.write(Buffer.from("last"));
    bench.stream.close();
    bench.stream.close();
    bench.other.end("late");
    await turns();
    assert.equal(String(bench.other.read()), "last");
    assert.equal(bench.received, "");
    assert.deepEqual(bench.said, [16]);
  });

  it("slipmux §5: a device behind the standard streams of its process", async () => {
    const child = spawn(process.execPath, [DEVICE], { stdio: ["pipe", "pipe", "inherit"] });
    let diagnostics = "";
    const standardStreams = Duplex.from({ readable: child.stdout, writable: child.stdin });
    const line = new SlipmuxLine((callbacks) => new DuplexStream(standardStreams, callbacks), {
      onDiagnostic: (utf8) => void (diagnostics += Buffer.from(utf8).toString()),
    });
    const endpoint = new Endpoint(nodePlatform(), {
      transport: slipmuxTransport(line),
      limits: { maxBodyBytes: 100_000 },
    });
    const body = "0123456789".repeat(5000);
    await endpoint.client.put(STORE, { payload: Buffer.from(body) });
    assert.equal((await endpoint.client.get(STORE)).text(), body);
    assert.equal(diagnostics, "stored 50000 bytes\n");
    const { badFcs, badEscape, aborted, oversized, unknown } = line.counters;
    assert.deepEqual([badFcs, badEscape, aborted, oversized, unknown], [0, 0, 0, 0, 0]);
    child.kill();
    await once(child, "close");
    await assert.rejects(endpoint.client.get(STORE), RefusedError);
    endpoint.close();
  });
});
