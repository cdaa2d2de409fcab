/** Checks of what an application gives to cryptography. */

import { CryptoArgumentError } from "./errors.js";

/** @throws {CryptoArgumentError} when `bytes` has another length than `length` */
export function checkLength(what: string, bytes: Uint8Array, length: number): void {
  if (bytes.length !== length)
    throw new CryptoArgumentError(`expected ${what} of ${length} bytes, got ${bytes.length}`);
}

/** @throws {CryptoArgumentError} when `bytes` is longer than `limit` */
export function checkLimit(what: string, bytes: Uint8Array, limit: number): void {
  if (bytes.length > limit)
    throw new CryptoArgumentError(`expected ${what} of at most ${limit} bytes, got ${bytes.length}`);
}
