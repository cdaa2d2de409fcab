/** Options of signaling messages, whose numbers belong to the code. RFC 8323 §5, RFC 8974 §2.2.1. */

import { decodeUint } from "../../src/bytes/uint.js";
import { toHex } from "../../src/bytes/hex.js";
import { decodeUtf8 } from "../../src/bytes/utf8.js";
import { ABORT, CSM, PING, PONG, RELEASE } from "../../src/coap/codec/code.js";
import {
  ALTERNATIVE_ADDRESS,
  BAD_CSM_OPTION,
  BLOCK_WISE_TRANSFER,
  CUSTODY,
  EXTENDED_TOKEN_LENGTH,
  HOLD_OFF,
  MAX_MESSAGE_SIZE,
} from "../../src/coap/reliable/signal.js";
import { printable } from "./printable.js";

type Format = (value: Uint8Array) => string;

const uint: Format = (value) => ` ${decodeUint(value)}`;
const empty: Format = () => "";
const string: Format = (value) => ` "${printable(decodeUtf8(value))}"`;

/** Code, number, name, longest value and how it is shown. */
const DEFINITIONS: readonly (readonly [number, number, string, number, Format])[] = [
  [CSM, MAX_MESSAGE_SIZE, "Max-Message-Size", 4, uint],
  [CSM, BLOCK_WISE_TRANSFER, "Block-Wise-Transfer", 0, empty],
  [CSM, EXTENDED_TOKEN_LENGTH, "Extended-Token-Length", 3, uint],
  [PING, CUSTODY, "Custody", 0, empty],
  [PONG, CUSTODY, "Custody", 0, empty],
  [RELEASE, ALTERNATIVE_ADDRESS, "Alternative-Address", 255, string],
  [RELEASE, HOLD_OFF, "Hold-Off", 3, uint],
  [ABORT, BAD_CSM_OPTION, "Bad-CSM-Option", 2, uint],
];

/** `Max-Message-Size 1152`, `Custody`; what is unknown or malformed in hexadecimal. */
export function formatSignalOption(code: number, number: number, value: Uint8Array): string {
  const hex = `h'${toHex(value)}'`;
  const found = DEFINITIONS.find((definition) => definition[0] === code && definition[1] === number);
  if (!found) return `Option ${number} ${hex}`;
  const [, , name, maxLength, format] = found;
  try {
    if (value.length <= maxLength) return name + format(value);
  } catch {
    // Not UTF-8.
  }
  return `${name} ${hex} (malformed)`;
}
