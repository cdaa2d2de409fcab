/** A device on XS for Linux with 16 bytes a slot, as on a board: what a served request takes. */

import { DEVICE_ARENA } from "../../hosts/arenas.js";
import type { Measurement, Part, Subject } from "../part.js";
import { BackgroundProgram, TRANSFER, freePort, runMeasuring } from "../programs.js";
import { ADDRESS, DEVICE_BODY_BYTES, HELLO } from "../workload.js";
import { load, type LoadResult } from "./server.js";

const ENGINE = "build/xs/linux32/coapsule-xs";
const SERVER = "bench/subjects/device.js";
/** The same with cryptography. */
const CRYPTO_ENGINE = "build/xs/linux32/coapsule-xs-crypto";
const PROTECTED_SERVER = "bench/subjects/device-protected.js";
const NAME = "coapsule on XS, 32 bits";
/** So large that nothing is collected while allocations are counted. */
const ROOMY_ARENA = 67_108_864;
/** Allocations of so many requests fit it. */
const COUNTED_REQUESTS = 2000;
const MEASURED_REQUESTS = 20_000;

/** What the host says of its memory. */
interface Statistics {
  /** Highest numbers of slots in use and of bytes in chunks so far. */
  readonly peakSlots: number;
  readonly peakChunkBytes: number;
  /** The same after a collection. */
  readonly liveSlots: number;
  readonly liveChunkBytes: number;
  readonly peakStackBytes: number;
  readonly collections: number;
}

const STATISTICS =
  /^stats: .*peak slots (\d+) .* chunks (\d+) bytes, stack .*\((\d+) bytes\); (\d+) collections; live slots (\d+) .*?chunks (\d+) bytes;/mu;

class Device {
  readonly #program: BackgroundProgram;
  readonly port: number;

  private constructor(program: BackgroundProgram, port: number) {
    this.#program = program;
    this.port = port;
  }

  static async start(arenaBytes: number, contexts: number): Promise<Device> {
    const port = await freePort();
    const options = ["--arena", String(arenaBytes), "--stats"];
    const main = contexts > 0 ? [PROTECTED_SERVER, String(port), String(contexts)] : [SERVER, String(port)];
    const program = new BackgroundProgram([contexts > 0 ? CRYPTO_ENGINE : ENGINE, ...options, ...main]);
    await program.waitFor(/^ready$/mu);
    return new Device(program, port);
  }

  get(requests: number): Promise<LoadResult> {
    const { port } = this;
    const { pid } = this.#program;
    return load({ name: NAME, port, pid, hello: HELLO, stop: () => Promise.resolve() }, requests, 1);
  }

  /** Collects garbage and asks the host for its figures. */
  async statistics(): Promise<Statistics> {
    this.#program.output = "";
    this.#program.signal("SIGUSR1");
    const [, ...numbers] = (await this.#program.waitFor(STATISTICS)).map(Number);
    const [peakSlots, peakChunkBytes, peakStackBytes, collections, liveSlots, liveChunkBytes] = numbers;
    return {
      peakSlots: peakSlots!,
      peakChunkBytes: peakChunkBytes!,
      peakStackBytes: peakStackBytes!,
      collections: collections!,
      liveSlots: liveSlots!,
      liveChunkBytes: liveChunkBytes!,
    };
  }

  stop(): Promise<void> {
    return this.#program.stop();
  }
}

/** @param contexts security contexts that it has */
async function withDevice<T>(
  arenaBytes: number,
  use: (started: Device) => Promise<T>,
  contexts = 0,
): Promise<T> {
  const started = await Device.start(arenaBytes, contexts);
  try {
    return await use(started);
  } finally {
    await started.stop();
  }
}

/** What one GET allocates: without collections in between, what the peak grew by. */
async function countAllocations(): Promise<Measurement> {
  return withDevice(ROOMY_ARENA, async (started) => {
    await started.get(COUNTED_REQUESTS);
    const before = await started.statistics();
    await started.get(2 * COUNTED_REQUESTS);
    const after = await started.statistics();
    // Each question collects once.
    if (after.collections > before.collections + 1) throw new Error("expected no collection meanwhile");
    return {
      slots: (after.peakSlots - before.liveSlots) / (2 * COUNTED_REQUESTS),
      chunkBytes: (after.peakChunkBytes - before.liveChunkBytes) / (2 * COUNTED_REQUESTS),
    };
  });
}

async function measureGets(): Promise<Measurement> {
  const allocations = await countAllocations();
  return withDevice(DEVICE_ARENA, async (started) => {
    await started.get(COUNTED_REQUESTS);
    const before = await started.statistics();
    const { cpuUs, medianUs } = await started.get(MEASURED_REQUESTS);
    const { collections } = await started.statistics();
    const collectionsPer1000 = ((collections - before.collections - 1) / MEASURED_REQUESTS) * 1000;
    return { cpuUs, medianUs, ...allocations, collectionsPer1000 };
  });
}

function only(measure: () => Promise<Measurement>): Promise<Subject[]> {
  return Promise.resolve([{ name: NAME, measure }]);
}

export const device: Part = {
  name: "device",
  title: `A device, ${DEVICE_ARENA.toLocaleString("en")} bytes for JavaScript: GET /hello, 1 outstanding`,
  quantities: [
    { name: "cpuUs", title: "CPU µs/request", digits: 1 },
    { name: "medianUs", title: "latency µs, median", digits: 0 },
    { name: "slots", title: "slots allocated/request", digits: 1 },
    { name: "chunkBytes", title: "chunk bytes allocated/request", digits: 1 },
    { name: "collectionsPer1000", title: "collections/1,000 requests", digits: 1 },
  ],
  references: [],
  subjects: () => only(measureGets),
};

const SLOT_BYTES = 16;
const FURTHER_CONTEXTS = 8;

function liveBytes({ liveSlots, liveChunkBytes }: Statistics): number {
  return liveSlots * SLOT_BYTES + liveChunkBytes;
}

/** What a security context takes, with its name and its stored sequence numbers: what several are more than one. */
async function measureContext(): Promise<number> {
  const measure = async (started: Device): Promise<number> => liveBytes(await started.statistics());
  const one = await withDevice(DEVICE_ARENA, measure, 1);
  return ((await withDevice(DEVICE_ARENA, measure, 1 + FURTHER_CONTEXTS)) - one) / FURTHER_CONTEXTS;
}

/** Slots, chunks and stack that were needed at least: what is in use, without what waits to be collected. */
async function measureMemory(): Promise<Measurement> {
  const context = await measureContext();
  return withDevice(DEVICE_ARENA, async (started) => {
    const idle = await started.statistics();
    const args = [ADDRESS, String(started.port), "large", "1", String(DEVICE_BODY_BYTES), "put"];
    const { put } = await runMeasuring<{ put: number[] }>([TRANSFER, ...args]);
    const after = await started.statistics();
    return {
      idle: liveBytes(idle),
      context,
      peakSlots: after.peakSlots,
      peakChunkBytes: after.peakChunkBytes,
      peak: after.peakSlots * SLOT_BYTES + after.peakChunkBytes + after.peakStackBytes,
      put: put[0]!,
    };
  });
}

export const deviceMemory: Part = {
  name: "device-memory",
  title: `A device: memory, idle and while ${DEVICE_BODY_BYTES.toLocaleString("en")} bytes are PUT in blocks of 1,024`,
  quantities: [
    { name: "idle", title: "live bytes, idle", digits: 0 },
    { name: "context", title: "for a security context", digits: 0 },
    { name: "peak", title: "peak bytes during the PUT, with stack and garbage", digits: 0 },
    { name: "peakSlots", title: "peak slots", digits: 0 },
    { name: "peakChunkBytes", title: "peak chunk bytes", digits: 0 },
    { name: "put", title: "PUT s", digits: 4 },
  ],
  references: [],
  rounds: 1,
  subjects: () => only(measureMemory),
};
