/**
 * Which requests belong to the same block-wise operation. RFC 7959 §2.4, §2.5, RFC 9175 §3, RFC 9177 §4.3.
 *
 * Those that come from the same peer, with the same method and the same options but those that change from block
 * to block or do not matter to a cache; so Request-Tag keeps operations apart by itself. If-None-Match belongs to the
 * first block only (RFC 7959 §2.10).
 */

import { equalBytes } from "../../../bytes/compare.js";
import type { Message } from "../../codec/message.js";
import {
  BLOCK1,
  BLOCK2,
  IF_NONE_MATCH,
  OBSERVE,
  Q_BLOCK1,
  Q_BLOCK2,
  isNoCacheKey,
} from "../../codec/option-number.js";
import type { OptionEntry } from "../../codec/options.js";

/** Whether two requests of one peer belong to the same block-wise operation (RFC 7959 §2.4, §2.5). */
export function isSameOperation(one: Message, other: Message): boolean {
  if (one.code !== other.code) return false;
  const mine = keyOptions(one);
  const theirs = keyOptions(other);
  return mine.length === theirs.length && mine.every((entry, index) => isSame(entry, theirs[index]!));
}

function keyOptions(message: Message): OptionEntry[] {
  return message.options.entries().filter(({ number }) => !changesWithBlock(number) && !isNoCacheKey(number));
}

function changesWithBlock(number: number): boolean {
  switch (number) {
    case BLOCK1:
    case BLOCK2:
    case Q_BLOCK1:
    case Q_BLOCK2:
    case OBSERVE:
    case IF_NONE_MATCH:
      return true;
    default:
      return false;
  }
}

function isSame(one: OptionEntry, other: OptionEntry): boolean {
  return one.number === other.number && equalBytes(one.value, other.value);
}
