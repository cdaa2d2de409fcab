/** Choosing connection identifiers: RFC 9528 §3.3.1, §9.5. */

import type { Random } from "../../../ports/random.js";
import { LimitError } from "../../../coap/errors.js";
import { MAX_CONNECTION_ID_BYTES } from "../role.js";

/** How often one length is tried before a longer one is. */
export const ATTEMPTS_A_LENGTH = 16;

/** The bytes that are sent as an integer, without a byte for their length: 0 to 23 and -1 to -24. */
const SHORT_IDENTIFIERS = 48;

/**
 * A random identifier that is not taken, as short as there are any.
 * @throws {LimitError} when all that were tried are taken
 */
export function freeConnectionId(random: Random, isTaken: (identifier: Uint8Array) => boolean): Uint8Array {
  for (let bytes = 1; bytes <= MAX_CONNECTION_ID_BYTES; bytes += 1) {
    for (let attempt = 0; attempt < ATTEMPTS_A_LENGTH; attempt += 1) {
      const identifier = new Uint8Array(bytes);
      random.fill(identifier);
      if (bytes === 1) identifier[0] = shortIdentifier(identifier[0]!);
      if (!isTaken(identifier)) return identifier;
    }
  }
  throw new LimitError("expected a connection identifier that is free (MAX_CONNECTION_ID_BYTES)");
}

function shortIdentifier(random: number): number {
  const number = random % SHORT_IDENTIFIERS;
  return number < SHORT_IDENTIFIERS / 2 ? number : 0x20 + number - SHORT_IDENTIFIERS / 2;
}
