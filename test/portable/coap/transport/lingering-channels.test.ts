import { DeadlineQueue } from "../../../../src/timers/deadline-queue.js";
import type { Channel } from "../../../../src/coap/transport/channel.js";
import { LingeringChannels } from "../../../../src/coap/transport/lingering-channels.js";
import { World, assert, describe, it } from "../../../portable.js";

/** A channel that remembers what was done to it. */
class Closing implements Channel {
  readonly address = "fd00::2";
  readonly port = 5683;
  unsentBytes: number;
  readonly done: string[] = [];

  constructor(unsentBytes: number) {
    this.unsentBytes = unsentBytes;
  }

  write(): void {}
  pause(): void {}
  resume(): void {}
  close(): void {
    this.done.push("close");
  }
  abort(): void {
    this.unsentBytes = 0;
    this.done.push("abort");
  }
}

const LIMIT = 3;
const TIMEOUT_MS = 1000;

function bench(): { world: World; lingering: LingeringChannels } {
  const world = new World({ seed: 1 });
  const host = world.host("fd00::1");
  const deadlines = new DeadlineQueue(host.timers, host.clock, (error) => assert.equal(error, undefined));
  const lingering = new LingeringChannels(deadlines, LIMIT, TIMEOUT_MS);
  return { world, lingering };
}

describe("LingeringChannels", () => {
  it("closes; what the peer has not read in time is dropped", async () => {
    const { world, lingering } = bench();
    const [slow, quick, done] = [new Closing(1), new Closing(1), new Closing(0)];
    for (const one of [slow, quick, done]) lingering.close(one);
    await world.time.advance(TIMEOUT_MS - 1);
    assert.deepEqual(slow.done, ["close"]);
    quick.unsentBytes = 0;
    lingering.close(new Closing(0));
    await world.time.advance(1);
    assert.deepEqual([slow.done, quick.done, done.done], [["close", "abort"], ["close"], ["close"]]);
  });

  it("limit: so many linger at once, for one more the oldest goes", () => {
    const { lingering } = bench();
    const channels = Array.from({ length: LIMIT + 1 }, () => new Closing(1));
    const last = channels.pop()!;
    for (const one of channels) lingering.close(one);
    assert.deepEqual(
      channels.map(({ done }) => done.length),
      [1, 1, 1],
    );
    lingering.close(last);
    assert.deepEqual(
      [...channels, last].map(({ done }) => done.length),
      [2, 1, 1, 1],
    );
  });

  it("limit: those that have sent everything make room first", () => {
    const { lingering } = bench();
    const channels = Array.from({ length: LIMIT }, () => new Closing(1));
    for (const one of channels) lingering.close(one);
    channels[1]!.unsentBytes = 0;
    lingering.close(new Closing(1));
    assert.deepEqual(
      channels.map(({ done }) => done.length),
      [1, 1, 1],
    );
  });
});
