/** Options as they come in messages: known numbers with values of about the right length, and unknown ones. */

import { OPTION_DEFINITIONS } from "../../../src/coap/codec/option-table.js";
import { MAX_OPTION_NUMBER, Options } from "../../../src/coap/codec/options.js";
import type { SeededRandom } from "../../../simulators/random.js";

/** Longest value of an option here; what is longer only moves more bytes. */
const MAX_VALUE_BYTES = 300;

/** Up to eight options. */
export function composeOptions(random: SeededRandom): Options {
  const options = new Options();
  for (let count = random.integer(0, 8); count > 0; count -= 1) {
    const definition = OPTION_DEFINITIONS[random.integer(0, OPTION_DEFINITIONS.length - 1)]!;
    const known = random.chance(0.9);
    const most = known ? definition.maxLength : MAX_VALUE_BYTES;
    const value = new Uint8Array(random.integer(0, Math.min(random.chance(0.8) ? 8 : most, most)));
    random.fill(value);
    options.add(known ? definition.number : random.integer(0, MAX_OPTION_NUMBER), value);
  }
  return options;
}
