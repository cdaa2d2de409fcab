/** Time as CBOR: tags 0, 1 (RFC 8949 §3.4) and 1001 (RFC 9581). */

import assert from "node:assert/strict";
import type { SeededRandom } from "../../../simulators/random.js";
import { EXTENDED_TIME } from "../../../src/cbor/tag.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import { CBOR } from "../../../src/coap/codec/content-format.js";
import { TimeFormatError, type TimeReading } from "../../../src/applications/time/reading.js";
import { cborTime, readTime } from "../../../src/applications/time/representation.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";
import { composeItem } from "../cbor/compose.js";

/** Keys of an extended time that mean something (RFC 9581 §3). */
const KEYS = Object.freeze([1, 4, 5, -1, -3, -6, -7, -8, -9, -18] as const);
/** Milliseconds of either sign that a number and CBOR's integers hold exactly with a fraction. */
const EXACT_MS = 2 ** 50;

export const timeAsCbor: Target<TimeReading> = {
  name: "time-as-cbor",
  errors: [TimeFormatError],
  dictionary: [...CBOR_WORDS, "2013-03-21T20:04:00.25Z", Uint8Array.of(0x1a, 0x65, 0x31, 0x2b, 0xd2)],
  parse: (input) => readTime(input, CBOR),
  check({ epochMs, resolutionMs, uncertaintyMs, scale }) {
    assert.ok(Number.isFinite(epochMs), `epochMs ${epochMs}`);
    assert.ok(Number.isFinite(resolutionMs) && resolutionMs >= 0, `resolutionMs ${resolutionMs}`);
    assert.ok(uncertaintyMs >= 0, `uncertaintyMs ${uncertaintyMs}`);
    if (Math.abs(epochMs) > EXACT_MS || uncertaintyMs > EXACT_MS) return;
    const again = readTime(cborTime({ epochMs, uncertaintyMs }, EXTENDED_TIME, scale), CBOR);
    // Not assert.equal, for which 0 and -0 differ.
    assert.ok(again.epochMs === Math.round(epochMs));
    assert.equal(again.scale, scale);
    assert.ok(again.uncertaintyMs >= uncertaintyMs);
  },
  compose(random) {
    const count = random.integer(0, 3);
    const writer = new CborWriter().tag(EXTENDED_TIME).map(1 + count);
    writer.integer(1).integer(random.uint32());
    for (let entry = 0; entry < count; entry += 1) {
      const key = KEYS[random.integer(0, KEYS.length - 1)]!;
      writer.integer(key);
      if (random.chance(0.2)) composeItem(random, writer);
      else if (key < -6 && random.chance(0.5)) writer.map(1).integer(1).integer(random.integer(0, 100));
      else writer.integer(random.integer(0, key === -1 ? 1 : 1000));
    }
    return random.chance(0.8) ? writer.bytes.slice() : composeScaled(random);
  },
};

/** A decimal fraction or bigfloat as base time (RFC 8949 §3.4.4). */
function composeScaled(random: SeededRandom): Uint8Array {
  const writer = new CborWriter().tag(EXTENDED_TIME).map(1).integer(random.integer(4, 5));
  return writer.array(2).integer(random.integer(-20, 20)).integer(random.uint32()).bytes.slice();
}
