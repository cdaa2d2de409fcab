/** Data items of any shape, RFC 8949 §3: well-formed, in definite and indefinite lengths. */

import type { SeededRandom } from "../../../simulators/random.js";
import { ARRAY, MAP, SIMPLE_OR_FLOAT, TEXT_STRING } from "../../../src/cbor/major-type.js";
import type { CborWriter } from "../../../src/cbor/writer.js";

/** Numbers at the ends of what heads of each length hold, and keys and tags that mean something in this project. */
const NUMBERS = Object.freeze([
  0, 1, 2, 3, 4, 5, 6, 7, 23, 24, 38, 255, 256, 1000, 1001, 65_535, 65_536, 1_697_724_754, 4_294_967_295,
  4_294_967_296, 9_007_199_254_740_991,
] as const);
const TEXTS = Object.freeze(["", "a", "en", "2013-03-21T20:04:00.25Z", "é"] as const);
const MAX_DEPTH = 5;

/** Appends one item with everything inside it. */
export function composeItem(random: SeededRandom, writer: CborWriter, depth = 0): void {
  const number = NUMBERS[random.integer(0, NUMBERS.length - 1)]!;
  switch (random.integer(depth < MAX_DEPTH ? 0 : 4, 9)) {
    case 0:
    case 1:
      composeContainer(random, writer, depth);
      break;
    case 2:
    case 3:
      writer.tag(number);
      composeItem(random, writer, depth + 1);
      break;
    case 4:
    case 5:
      writer.integer(random.chance(0.5) ? number : -1 - number);
      break;
    case 6:
      if (random.chance(0.2)) composeChunks(random, writer);
      else writer.text(TEXTS[random.integer(0, TEXTS.length - 1)]!);
      break;
    case 7: {
      const bytes = new Uint8Array(random.integer(0, 20));
      random.fill(bytes);
      writer.byteString(bytes);
      break;
    }
    case 8:
      writer.float(random.chance(0.5) ? number / 8 : random.uniform(-1, 1));
      break;
    default:
      writer.encoded(Uint8Array.of((SIMPLE_OR_FLOAT << 5) | random.integer(20, 23)));
  }
}

function composeContainer(random: SeededRandom, writer: CborWriter, depth: number): void {
  const count = random.integer(0, 4);
  const isMap = random.chance(0.5);
  const isIndefinite = random.chance(0.3);
  if (isIndefinite) writer.indefinite(isMap ? MAP : ARRAY);
  else if (isMap) writer.map(count);
  else writer.array(count);
  for (let left = isMap ? 2 * count : count; left > 0; left -= 1) composeItem(random, writer, depth + 1);
  if (isIndefinite) writer.break();
}

/** A text string of indefinite length. */
function composeChunks(random: SeededRandom, writer: CborWriter): void {
  writer.indefinite(TEXT_STRING);
  for (let count = random.integer(0, 3); count > 0; count -= 1) writer.text("ab");
  writer.break();
}
