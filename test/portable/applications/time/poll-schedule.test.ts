import { describe, it, assert } from "../../../portable.js";
import { STEP_CONFIRMATIONS } from "../../../../src/applications/time/estimator.js";
import {
  BURST_INTERVAL_MS,
  BURST_POLLS,
  MAX_POLL_MS,
  MIN_POLL_MS,
  POLL_JITTER,
  PollSchedule,
} from "../../../../src/applications/time/poll-schedule.js";

/** Fills with the same byte always: 0 asks for no jitter, 255 for the most. */
const filledWith = (byte: number) => ({ fill: (bytes: Uint8Array): void => void bytes.fill(byte) });

/** Takes the pauses of the burst, which has one poll less to come than polls. */
function passBurst(schedule: PollSchedule): void {
  for (let poll = 1; poll < BURST_POLLS; poll += 1) assert.equal(schedule.afterAnswer(), BURST_INTERVAL_MS);
}

describe("PollSchedule", () => {
  it("BURST_POLLS, BURST_INTERVAL_MS: begins with polls in quick succession", () => {
    const schedule = new PollSchedule(filledWith(0));
    passBurst(schedule);
    assert.equal(schedule.afterAnswer(), MIN_POLL_MS);
  });

  it("MIN_POLL_MS, MAX_POLL_MS: then polls ever more rarely, up to the bound", () => {
    const schedule = new PollSchedule(filledWith(0));
    passBurst(schedule);
    for (let pauseMs = MIN_POLL_MS; pauseMs < MAX_POLL_MS; pauseMs *= 2)
      assert.equal(schedule.afterAnswer(), pauseMs);
    assert.equal(schedule.afterAnswer(), MAX_POLL_MS);
    assert.equal(schedule.afterAnswer(), MAX_POLL_MS);
  });

  it("RFC 8516 §4: after a failure waits as long as a busy server asks for, MAX_POLL_MS at most, jitter or not", () => {
    for (const [askedMs, pauseMs] of [
      [0, MIN_POLL_MS],
      [MIN_POLL_MS - 1, MIN_POLL_MS],
      [MIN_POLL_MS + 1, MIN_POLL_MS + 1],
      [MAX_POLL_MS, MAX_POLL_MS],
      [MAX_POLL_MS + 1, MAX_POLL_MS],
    ] as const)
      assert.equal(new PollSchedule(filledWith(255)).afterFailure(askedMs), pauseMs);
  });

  it("POLL_JITTER: shortens pauses by chance, but not below the lower bound", () => {
    const schedule = new PollSchedule(filledWith(255));
    passBurst(schedule);
    assert.equal(schedule.afterAnswer(), MIN_POLL_MS);
    const pauseMs = schedule.afterAnswer();
    assert.ok(pauseMs < 2 * MIN_POLL_MS * (1 - POLL_JITTER * 0.99), `${pauseMs} ms`);
    assert.ok(pauseMs >= 2 * MIN_POLL_MS * (1 - POLL_JITTER), `${pauseMs} ms`);
  });

  it("backs off while the server is silent, up to the same bound, and bursts again when it is back", () => {
    const schedule = new PollSchedule(filledWith(0));
    passBurst(schedule);
    for (let pauseMs = MIN_POLL_MS; pauseMs < MAX_POLL_MS; pauseMs *= 2)
      assert.equal(schedule.afterFailure(), pauseMs);
    for (let count = 0; count < 100; count += 1) assert.equal(schedule.afterFailure(), MAX_POLL_MS);
    passBurst(schedule);
    assert.equal(schedule.afterAnswer(), MIN_POLL_MS);
  });

  it("asks soon after a contradiction, but a server that goes on like that is treated as silent", () => {
    const schedule = new PollSchedule(filledWith(0));
    passBurst(schedule);
    for (let count = 0; count < STEP_CONFIRMATIONS; count += 1)
      assert.equal(schedule.afterContradiction(), BURST_INTERVAL_MS);
    assert.equal(schedule.afterContradiction(), MIN_POLL_MS);
    assert.equal(schedule.afterContradiction(), 2 * MIN_POLL_MS);
  });

  it("begins anew after a step", () => {
    const schedule = new PollSchedule(filledWith(0));
    passBurst(schedule);
    schedule.afterAnswer();
    schedule.afterAnswer();
    assert.equal(schedule.afterStep(), BURST_INTERVAL_MS);
    for (let poll = 2; poll < BURST_POLLS; poll += 1) assert.equal(schedule.afterAnswer(), BURST_INTERVAL_MS);
    assert.equal(schedule.afterAnswer(), MIN_POLL_MS);
  });

  it("refuses limits that are no numbers, or below 0", () => {
    const random = { fill: (bytes: Uint8Array): void => void bytes.fill(0) };
    for (const limits of [{ maxPollMs: NaN }, { burstIntervalMs: -1 }])
      assert.throws(() => new PollSchedule(random, limits), RangeError);
  });

  it("takes other bounds", () => {
    const limits = { burstPolls: 2, burstIntervalMs: 10, minPollMs: 100, maxPollMs: 300 };
    const schedule = new PollSchedule(filledWith(0), limits);
    const pauses = [
      schedule.afterAnswer(),
      schedule.afterAnswer(),
      schedule.afterAnswer(),
      schedule.afterAnswer(),
    ];
    assert.deepEqual(pauses, [10, 100, 200, 300]);
  });
});
