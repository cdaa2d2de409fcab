/** Answers of a time server, from the datagram to the line in the log. */

import assert from "node:assert/strict";
import {
  EARLIEST_PLAUSIBLE_MS,
  LATEST_PLAUSIBLE_MS,
  MAX_UNCERTAINTY_MS,
} from "../../../src/applications/time/estimator.js";
import { time } from "../../../src/applications/time/feature.js";
import { concatBytes } from "../../../src/bytes/concat.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { DEVICE_URI, PEER_URI, Scene, isRequest, respond } from "../../scene.js";
import type { Target } from "../../target.js";
import { timeAsCbor } from "../time/cbor.js";

/** For a few polls: at once, then after pauses of 2 to 16 s. */
const PLAYED_MS = 40_000;
/** 2.05 with Content-Format 60. */
const CONTENT_CBOR = fromHex("45c13cff");

/** The server gave no time. */
class NoTimeError extends Error {
  override name = "NoTimeError";
}

export const deviceTime: Target = {
  name: "device-time",
  errors: [NoTimeError],
  isSlow: true,
  dictionary: [
    ...timeAsCbor.dictionary!,
    CONTENT_CBOR,
    fromHex("261b0000008bb2c97000"),
    fromHex("1bffffffffffffffff"),
  ],
  async parse(input) {
    const feature = time({ server: `${PEER_URI}/time` });
    const scene = new Scene([feature]);
    await scene.play(async ({ world, host }) => {
      scene.serve((request) => (isRequest(request) ? respond(request, input) : undefined));
      await world.time.advance(PLAYED_MS);
      const { unixMs, earliestMs, latestMs, synchronized } = feature.clock!.now();
      if (!synchronized) throw new NoTimeError(host.lines[0] ?? "silence");
      assert.ok(latestMs - earliestMs <= 2 * MAX_UNCERTAINTY_MS);
      assert.ok(unixMs > EARLIEST_PLAUSIBLE_MS - MAX_UNCERTAINTY_MS);
      assert.ok(unixMs < LATEST_PLAUSIBLE_MS + MAX_UNCERTAINTY_MS + PLAYED_MS);
      const { client } = scene.ask();
      for (const path of ["time", "time?tag=0", "time/status"])
        await world.time.until(client.get(`${DEVICE_URI}/${path}`, { accept: 60 }));
    });
  },
  compose: (random) => concatBytes([CONTENT_CBOR, timeAsCbor.compose!(random)]),
};
