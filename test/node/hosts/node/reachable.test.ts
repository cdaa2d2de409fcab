import assert from "node:assert/strict";
import {
  CONNECTION_ATTEMPT_DELAY_MS,
  PROBE_TIMEOUT_MS,
  firstReachable,
  type Probe,
} from "../../../../hosts/node/reachable.js";
import { VirtualTime } from "../../../../simulators/index.js";

/** What an address does when it is tried. */
type Behaviour = { readonly afterMs: number; readonly answers: boolean } | "silent";

interface Tried {
  readonly chosen: string;
  readonly afterMs: number;
  /** When each was tried. */
  readonly startedMs: readonly (readonly [address: string, atMs: number])[];
}

async function choose(behaviours: Readonly<Record<string, Behaviour>>): Promise<Tried> {
  const time = new VirtualTime();
  const startedMs: (readonly [string, number])[] = [];
  const signals: AbortSignal[] = [];
  const probe: Probe = (address, signal) => {
    startedMs.push([address, time.nowMs]);
    signals.push(signal);
    const behaviour = behaviours[address]!;
    if (behaviour === "silent") return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      time.set(() => (behaviour.answers ? resolve() : reject(new Error("refused"))), behaviour.afterMs);
    });
  };
  const chosen = await time.until(firstReachable(Object.keys(behaviours), probe, time));
  // Whoever is still being tried is let go.
  assert.ok(signals.every(({ aborted }) => aborted));
  return { chosen, afterMs: time.nowMs, startedMs };
}

const answers = (afterMs: number): Behaviour => ({ afterMs, answers: true });
const refuses = (afterMs: number): Behaviour => ({ afterMs, answers: false });

describe("which address of a name", () => {
  it("one is taken as it is", async () => {
    assert.deepEqual(await choose({ "::1": "silent" }), { chosen: "::1", afterMs: 0, startedMs: [] });
  });

  it("RFC 8305 §5: the first, where it answers before the delay", async () => {
    const afterMs = CONNECTION_ATTEMPT_DELAY_MS - 1;
    assert.deepEqual(await choose({ "::1": answers(afterMs), "127.0.0.1": answers(1) }), {
      chosen: "::1",
      afterMs,
      startedMs: [["::1", 0]],
    });
  });

  it("RFC 8305 §5: the next at once where one is refused", async () => {
    const { chosen, afterMs, startedMs } = await choose({
      "::1": refuses(3),
      "127.0.0.1": answers(4),
      "192.0.2.1": answers(1),
    });
    assert.deepEqual([chosen, afterMs], ["127.0.0.1", 7]);
    assert.deepEqual(startedMs, [
      ["::1", 0],
      ["127.0.0.1", 3],
    ]);
  });

  it("RFC 8305 §5: the next beside it where one keeps silent for 250 ms; whoever answers first is taken", async () => {
    const { chosen, afterMs, startedMs } = await choose({
      "2001:db8::1": answers(600),
      "192.0.2.1": "silent",
      "2001:db8::2": answers(50),
    });
    assert.deepEqual([chosen, afterMs], ["2001:db8::2", 550]);
    assert.deepEqual(
      startedMs.map(([, atMs]) => atMs),
      [0, 250, 500],
    );
    assert.equal((await choose({ a: answers(300), b: answers(100) })).chosen, "a");
  });

  it("the one that is left is taken without an answer, and the last of those that all refuse", async () => {
    assert.deepEqual((await choose({ "::1": refuses(2), "127.0.0.1": "silent" })).afterMs, 2);
    const { chosen, afterMs } = await choose({ a: refuses(2), b: refuses(5), c: refuses(5) });
    assert.deepEqual([chosen, afterMs], ["c", 7]);
  });

  it("where all keep silent, or answer no pings, it is the first that did not refuse, after a time", async () => {
    const silent = await choose({ a: "silent", b: "silent" });
    assert.deepEqual([silent.chosen, silent.afterMs], ["a", CONNECTION_ATTEMPT_DELAY_MS + PROBE_TIMEOUT_MS]);
    const late = await choose({ a: refuses(1000), b: "silent", c: "silent" });
    assert.deepEqual([late.chosen, late.afterMs], ["b", 2 * CONNECTION_ATTEMPT_DELAY_MS + PROBE_TIMEOUT_MS]);
  });
});
