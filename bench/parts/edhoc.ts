/**
 * EDHOC on a device (RFC 9528): method 3, cipher suite 2, key identifiers, beside CoAP, OSCORE and the time in
 * CORE_ARENA. Its peer is here, on Node.
 */

import { CORE_ARENA, DEVICE_ARENA } from "../../hosts/arenas.js";
import { Board, INSTRUCTIONS_PER_MS, compileForBoard } from "../board.js";
import type { Measurement, Part, Subject } from "../part.js";
import { BackgroundProgram, freePort } from "../programs.js";
import { STATISTICS, parseStatistics } from "../size/statistics.js";
import { EdhocPeer } from "../subjects/edhoc-peer.js";

const DEVICE = "bench/subjects/edhoc-device.js";
const LINUX = "build/xs/linux32/coapsule-xs-crypto";

/** Before and between the sessions: what a device has behind it. */
const ROUNDS = 10;
const SESSIONS = 8;
const ARENA_STEP = 1024;

/** What nobody writes: waiting for it says what was written, once a program has ended. */
const NOTHING = /(?!)/u;

/** Of the device. */
type Role = "Responder" | "Initiator";
const ROLES: readonly Role[] = ["Responder", "Initiator"];

/** A device that runs somewhere. */
interface RunningDevice {
  readonly ended: Promise<unknown>;
  /** Waits until it has written a match. */
  output(pattern: RegExp): Promise<RegExpExecArray>;
  /** Has it print its statistics. */
  report(pattern: RegExp): Promise<RegExpExecArray>;
  stop(): Promise<unknown>;
}

type Start<T extends RunningDevice> = (args: readonly string[], arenaBytes: number) => T;

function startOnLinux(args: readonly string[], arenaBytes: number): RunningDevice {
  const options = ["--modules", "build/js", "--arena", String(arenaBytes)];
  const program = new BackgroundProgram([LINUX, ...options, ...args]);
  return {
    ended: program.ended,
    output: (pattern) => program.waitFor(pattern),
    report: (pattern) => {
      program.output = "";
      program.signal("SIGUSR1");
      return program.waitFor(pattern);
    },
    stop: () => program.stop(),
  };
}

const startOnBoard: Start<Board> = (args, arenaBytes) => new Board(args, arenaBytes);

/**
 * Runs a device that has been asked for this and that.
 * @param purpose to count what sessions take alone, or to see them beside the time
 * @throws {Error} when it ends before `use` does
 */
async function withDevice<T, D extends RunningDevice>(
  start: Start<D>,
  role: Role,
  purpose: "count" | "live",
  arenaBytes: number,
  use: (device: D, peer: EdhocPeer) => Promise<T>,
): Promise<T> {
  const port = await freePort();
  const peer = new EdhocPeer(port);
  const device = start(
    [DEVICE, String(port), role, purpose === "count" ? purpose : peer.timeServer],
    arenaBytes,
  );
  const run = async (): Promise<T> => {
    await device.output(purpose === "count" ? /^ready$/mu : /^time: synchronised/mu);
    for (let round = 0; round < ROUNDS; round += 1)
      for (const path of ["time/status", ".well-known/core"]) await peer.get(path);
    return use(device, peer);
  };
  try {
    return await Promise.race([run(), device.ended.then(() => device.output(NOTHING) as never)]);
  } finally {
    peer.close();
    await device.stop();
  }
}

/** One session. */
function handshake(role: Role, peer: EdhocPeer): Promise<void> {
  return role === "Responder" ? peer.initiate() : peer.respond();
}

/** Some sessions one after the other, and a request that is protected with the keys of each. */
async function runSessions(role: Role, peer: EdhocPeer): Promise<void> {
  for (let session = 0; session < SESSIONS; session += 1) {
    await handshake(role, peer);
    await peer.check();
  }
}

/** Memory that sessions take, in CORE_ARENA. */
async function measureMemory<D extends RunningDevice>(start: Start<D>, role: Role): Promise<Measurement> {
  return withDevice(start, role, "live", CORE_ARENA, async (device, peer) => {
    const before = parseStatistics((await device.report(STATISTICS))[0]);
    await runSessions(role, peer);
    const after = parseStatistics((await device.report(STATISTICS))[0]);
    return {
      before: before.takenBytes,
      taken: after.takenBytes,
      slots: after.peakSlotBytes,
      chunks: after.peakChunkBytes,
      stack: after.peakStackBytes,
    };
  });
}

async function fits(role: Role, arenaBytes: number): Promise<boolean> {
  try {
    await withDevice(startOnLinux, role, "live", arenaBytes, (_, peer) => runSessions(role, peer));
    return true;
  } catch {
    return false;
  }
}

/** The smallest arena in which sessions succeed, in steps of 1 KiB. */
async function findSmallestArena(role: Role): Promise<number> {
  let [short, enough] = [0, CORE_ARENA / ARENA_STEP];
  while (enough - short > 1) {
    const middle = (short + enough) >> 1;
    if (await fits(role, middle * ARENA_STEP)) enough = middle;
    else short = middle;
  }
  return enough * ARENA_STEP;
}

/** Instructions of one session: those of operations on curves, which vary with the keys, and the rest. */
async function countInstructions(role: Role): Promise<Measurement> {
  return withDevice(startOnBoard, role, "count", DEVICE_ARENA, async (board, peer) => {
    await runSessions(role, peer);
    async function after(sessions: number): Promise<Record<"curves" | "rest" | "bytes", number>> {
      for (let session = 0; session < sessions; session += 1) await handshake(role, peer);
      const bytes = peer.datagramBytes;
      const curves = Number(await peer.get("curves")) * INSTRUCTIONS_PER_MS;
      return { curves, rest: (await board.instructions()) - curves, bytes };
    }
    const [first, second, third] = [await after(0), await after(SESSIONS), await after(2 * SESSIONS)];
    // What asking for them takes cancels out.
    const each = (name: "rest" | "bytes"): number =>
      (third[name] - second[name] - (second[name] - first[name])) / SESSIONS;
    const curves = (third.curves - first.curves) / (3 * SESSIONS);
    return { instructions: curves + each("rest"), curves, rest: each("rest"), bytes: each("bytes") };
  });
}

export const edhoc: Part = {
  name: "edhoc",
  title: "EDHOC on a device: a session by method 3 with key identifiers",
  quantities: [
    { name: "instructions", title: "instructions", digits: 0 },
    { name: "curves", title: "of these P-256", digits: 0 },
    { name: "rest", title: "the rest", digits: 0 },
    { name: "bytes", title: "bytes in datagrams", digits: 0 },
    { name: "taken", title: "arena taken, of 65,536 bytes", digits: 0 },
    { name: "before", title: "before the first session", digits: 0 },
    { name: "slots", title: "peak slots, bytes", digits: 0 },
    { name: "chunks", title: "peak chunks, bytes", digits: 0 },
    { name: "stack", title: "peak stack, bytes", digits: 0 },
    { name: "smallest", title: "smallest arena", digits: 0 },
  ],
  references: [],
  rounds: 1,
  async subjects(): Promise<Subject[]> {
    await compileForBoard([DEVICE]);
    return ROLES.flatMap(subjectsOf);
  },
};

function subjectsOf(role: Role): Subject[] {
  return [
    {
      name: `${role}, RISC-V`,
      measure: async () => ({
        ...(await countInstructions(role)),
        ...(await measureMemory(startOnBoard, role)),
      }),
    },
    {
      name: `${role}, XS with 32 bits`,
      measure: async () => ({
        ...(await measureMemory(startOnLinux, role)),
        smallest: await findSmallestArena(role),
      }),
    },
  ];
}
