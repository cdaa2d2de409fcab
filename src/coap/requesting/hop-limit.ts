/** The Hop-Limit option: RFC 8768 §3. An endpoint that is no proxy neither writes nor lowers it, but checks it. */

import { HOP_LIMIT } from "../codec/option-number.js";
import type { ReadableOptions } from "../codec/options.js";

export const MAX_HOP_LIMIT = 255;

/** What is wrong with the Hop-Limit among `options`; undefined where nothing is, or there is none. */
export function hopLimitProblem(options: ReadableOptions): string | undefined {
  const hopLimit = options.uint(HOP_LIMIT);
  if (hopLimit === undefined || (hopLimit > 0 && hopLimit <= MAX_HOP_LIMIT)) return undefined;
  return `expected a Hop-Limit from 1 to ${MAX_HOP_LIMIT}, got ${hopLimit}`;
}
