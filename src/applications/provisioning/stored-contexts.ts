/**
 * Security contexts that a device was given before it started: in its key-value storage, with the sequence numbers that
 * were used. RFC 8613 §3.2, §7.5, Appendix B.1.
 */

import { StoredState } from "../../security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../security/oscore/contexts/security-contexts.js";
import { stateKeyOf } from "../../security/oscore/contexts/state-key.js";
import type { KeyValueStorage } from "../../ports/key-value.js";
import type { CryptoPlatform } from "../../ports/platform.js";
import { Table } from "../../storage/table.js";
import { decodeContext } from "./context-record.js";

/** How many a device can be given: half of those that it can have. */
export const MAX_STORED_CONTEXTS = 8;

/** Domain of storage for keys that the device was given: written from outside, only read by the device. */
export const KEYS_DOMAIN = "keys";
/** Domain for the state of contexts. What is there stays when a context goes: its keys may come again. */
export const STATE_DOMAIN = "oscore";

/** The table of contexts in {@link KEYS_DOMAIN}. @throws {Error} when the host refuses the storage */
export function contextTable(keys: KeyValueStorage): Table {
  return new Table(keys, "context", MAX_STORED_CONTEXTS);
}

/**
 * All that can be used, each under the key of its row, such as `context.0`. What cannot be used is left out, and the
 * console is told why; a device without working storage has none.
 */
export function openStoredContexts({ crypto, keyValue, console }: CryptoPlatform): SecurityContexts {
  const contexts = new SecurityContexts(crypto);
  try {
    const table = contextTable(keyValue.open({ path: KEYS_DOMAIN }));
    const rows = table.rows();
    // A domain that is open takes memory.
    if (rows.length === 0) return contexts;
    const states = keyValue.open({ path: STATE_DOMAIN });
    for (const row of rows) {
      let record: Uint8Array | undefined;
      try {
        record = table.get(row)!;
        const parameters = decodeContext(record);
        const state = new StoredState(states, stateKeyOf(crypto, parameters));
        contexts.add(table.keyOf(row), parameters, state);
      } catch (error) {
        console.log(`keys: ${table.keyOf(row)} cannot be used: ${String(error)}`);
      } finally {
        // Its parameters are views of it; contexts have copies.
        record?.fill(0);
      }
    }
  } catch (error) {
    console.log(`keys: there are none: ${String(error)}`);
  }
  return contexts;
}
