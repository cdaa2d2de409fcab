/** OSCORE option, RFC 8613 §6.1: what is accepted is in its only encoding. */

import { MAX_PARTIAL_IV } from "../../../src/security/oscore/context/partial-iv.js";
import { OscoreFormatError } from "../../../src/security/oscore/errors.js";
import {
  MAX_OPTION_BYTES,
  decodeOscoreOption,
  encodeOscoreOption,
  type OscoreHeader,
} from "../../../src/security/oscore/option.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";

export const oscoreOption: Target<OscoreHeader> = {
  name: "oscore-option",
  errors: [OscoreFormatError],
  maxBytes: MAX_OPTION_BYTES,
  parse: decodeOscoreOption,
  check(header, input) {
    assertSameBytes(encodeOscoreOption(header), input, "option");
  },
  compose(random) {
    const bytes = (): Uint8Array | undefined => {
      if (random.chance(0.5)) return undefined;
      const some = new Uint8Array(random.integer(0, 9));
      random.fill(some);
      return some;
    };
    return encodeOscoreOption({
      partialIv: random.chance(0.3) ? undefined : Math.floor(random.uniform(0, MAX_PARTIAL_IV)),
      kid: bytes(),
      kidContext: bytes(),
    });
  },
};
