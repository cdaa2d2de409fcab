/** Which critical options an endpoint understands. RFC 7252 §5.4.1, §5.4.3, §5.4.5. */

import type { Message } from "../codec/message.js";
import {
  ACCEPT,
  BLOCK1,
  BLOCK2,
  IF_MATCH,
  IF_NONE_MATCH,
  URI_HOST,
  URI_PATH,
  URI_PORT,
  URI_QUERY,
} from "../codec/option-number.js";
import { optionDefinition } from "../codec/option-table.js";

/**
 * The number of the first critical option that has to be treated as unrecognized: not one that this endpoint acts on,
 * of a length that its definition does not allow (§5.4.3), or repeated where it may not be (§5.4.5).
 * @param alsoRecognized numbers of options that a part of this endpoint acts on which others have not
 */
export function unrecognizedCriticalOption(
  message: Message,
  kind: "request" | "response",
  alsoRecognized: readonly number[] = [],
): number | undefined {
  let offending: number | undefined;
  let previous = -1;
  message.options.visit((number, start, end) => {
    if ((number & 1) === 1) {
      const definition =
        isRecognized(number, kind) || alsoRecognized.includes(number) ? optionDefinition(number) : undefined;
      const length = end - start;
      if (
        !definition ||
        length < definition.minLength ||
        length > definition.maxLength ||
        (number === previous && !definition.repeatable)
      )
        offending = number;
    }
    previous = number;
    return offending !== undefined;
  });
  return offending;
}

function isRecognized(number: number, kind: "request" | "response"): boolean {
  switch (number) {
    case BLOCK1:
    case BLOCK2:
      return true;
    case IF_MATCH:
    case URI_HOST:
    case IF_NONE_MATCH:
    case URI_PORT:
    case URI_PATH:
    case URI_QUERY:
    case ACCEPT:
      return kind === "request";
    default:
      return false;
  }
}
