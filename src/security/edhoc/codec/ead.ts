/** External authorization data: what applications send along in the messages. RFC 9528 §3.8. */

import { equalBytes } from "../../../bytes/compare.js";
import { CborReader } from "../../../cbor/reader.js";
import { CborWriter } from "../../../cbor/writer.js";
import { BYTE_STRING } from "../../../cbor/major-type.js";
import type { Random } from "../../../ports/random.js";
import { EdhocProcessingError } from "../errors.js";

/** Most items of one field. */
export const MAX_EAD_ITEMS = 16;
/** The label of padding (§3.8.1). */
export const PADDING = 0;

export interface EadItem {
  /** Of the registry "EDHOC External Authorization Data"; negative where the item is critical. */
  readonly label: number;
  readonly value?: Uint8Array;
}

/** Which message a field belongs to. */
export type EadMessage = 1 | 2 | 3 | 4;

/** A security application that uses the fields. */
export interface EadApplication {
  /** The items for a message of ours. */
  compose?(message: EadMessage): readonly EadItem[];
  /**
   * Takes an item that the peer sent; padding is not among them. The message it came in has not been verified yet.
   * @returns false where the item is not known, or cannot be processed: if it is critical, the session ends
   */
  process?(message: EadMessage, item: EadItem): boolean;
}

const NOTHING: readonly EadItem[] = [];

/** The field of a message of ours. */
export function composeEad(application: EadApplication | undefined, message: EadMessage): Uint8Array {
  return encodeEad(application?.compose?.(message) ?? NOTHING);
}

/** @throws {EdhocProcessingError} for a critical item that nobody takes @throws {CborError} */
export function processEad(
  application: EadApplication | undefined,
  message: EadMessage,
  field: Uint8Array,
): void {
  for (const item of decodeEad(field)) {
    if (item.label === PADDING) continue;
    const taken = application?.process?.(message, item) ?? false;
    if (!taken && item.label < 0)
      throw new EdhocProcessingError(`critical EAD item ${-item.label} of message_${message} not supported`);
  }
}

/** The field of some items (§3.8). */
export function encodeEad(items: readonly EadItem[]): Uint8Array {
  const writer = new CborWriter();
  for (const { label, value } of items) {
    writer.integer(label);
    if (value !== undefined) writer.byteString(value);
  }
  return writer.bytes;
}

/** @throws {CborError} for what is no sequence of items @throws {EdhocProcessingError} past {@link MAX_EAD_ITEMS} */
export function decodeEad(field: Uint8Array): EadItem[] {
  const reader = new CborReader(field);
  const items: EadItem[] = [];
  while (!reader.atEnd) {
    if (items.length === MAX_EAD_ITEMS)
      throw new EdhocProcessingError(`expected at most ${MAX_EAD_ITEMS} EAD items (MAX_EAD_ITEMS), got more`);
    const label = reader.readSafeInteger();
    const hasValue = !reader.atEnd && reader.peekMajorType() === BYTE_STRING;
    items.push(hasValue ? { label, value: reader.readBytes() } : { label });
  }
  if (!equalBytes(field, encodeEad(items)))
    throw new EdhocProcessingError("expected EAD in deterministic encoding (RFC 8949 §4.2.1)");
  return items;
}

/** Lengths that no single item has: at them, the head of a byte string grows. */
const UNREACHABLE_BYTES: readonly number[] = [26, 259];

/**
 * Items that make a message longer by `bytes`, 1 to 65,539: against a peer's amplification limit in message_1, and to
 * hide the length of what is encrypted in the others (§3.8.1).
 */
export function padding(bytes: number, random: Random): EadItem[] {
  if (bytes === 1) return [{ label: PADDING }];
  if (UNREACHABLE_BYTES.includes(bytes)) return [{ label: PADDING }, ...padding(bytes - 1, random)];
  const headBytes = 1 + UNREACHABLE_BYTES.filter((length) => length < bytes).length;
  const value = new Uint8Array(bytes - 1 - headBytes);
  random.fill(value);
  return [{ label: PADDING, value }];
}
