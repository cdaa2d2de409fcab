/** What a key may be used for: RFC 9052 §7.1. */

import type { CoseAlgorithm } from "./algorithms.js";
import { CoseError } from "./errors.js";
import type { CoseKey } from "./key.js";

/**
 * Checks that a key is allowed for an algorithm and an operation, such as {@link SIGN}.
 * @throws {CoseError} where its `alg` or `key_ops` says otherwise
 */
export function checkKeyUse(key: CoseKey, algorithm: CoseAlgorithm, operation: number): void {
  if (key.alg !== undefined && key.alg !== algorithm)
    throw new CoseError(`expected algorithm ${key.alg}, which the key is for, got ${algorithm}`);
  if (key.keyOps !== undefined && !key.keyOps.includes(operation))
    throw new CoseError(
      `expected operation ${operation} among those that the key is for, got ${key.keyOps.join(", ")}`,
    );
}
