/**
 * Security contexts in files, used by one program at a time. Their sequence numbers are beside them, in a folder: under a
 * name that is made of the key that they count for, so that a copy or another name of a file goes on where it was.
 * RFC 8613 §7.5, Appendix B.1.
 */

import { mkdirSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { toHex } from "../../../src/bytes/hex.js";
import { CborWriter } from "../../../src/cbor/writer.js";
import type { CompleteParameters } from "../../../src/oscore/context/parameters.js";
import { StoredState } from "../../../src/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../../src/oscore/contexts/security-contexts.js";
import { SecurityContextError } from "../../../src/oscore/errors.js";
import { MAX_KEY_LENGTH } from "../../../src/storage/limits.js";
import { nodeCrypto } from "../crypto/node-crypto.js";
import { NodeKeyValue } from "../storage/key-value.js";
import { LockedError, ProcessLock } from "../storage/process-lock.js";
import { readContextFile } from "./context-file.js";
import { SecretFileError } from "./secret-file.js";

/** Beside the files. */
const STATE_FOLDER = "oscore-state";

export class FileContexts {
  /** Each under the path of its file. */
  readonly contexts: SecurityContexts;
  readonly #locks: ProcessLock[] = [];

  /**
   * Opens the contexts of `paths`, until {@link close}.
   * @param places for further contexts, such as those of sessions
   * @throws {SecretFileError} where a file is not what it should be, or another program uses its context
   * @throws {Error} with the system's code when one cannot be read, or its state not be written
   */
  constructor(paths: readonly string[], places = 0) {
    this.contexts = new SecurityContexts(nodeCrypto, paths.length + places);
    try {
      for (const path of paths) this.#add(path);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Others may use the contexts. */
  close(): void {
    for (const lock of this.#locks) lock.release();
  }

  #add(path: string): void {
    const parameters = readContextFile(path);
    const folder = dirname(realpathSync(path));
    const key = stateKeyOf(parameters);
    mkdirSync(join(folder, STATE_FOLDER), { recursive: true, mode: 0o700 });
    try {
      this.#locks.push(ProcessLock.acquire(join(folder, STATE_FOLDER, `${key}.lock`)));
      const storage = new NodeKeyValue(folder).open({ path: STATE_FOLDER });
      const { idContext, ...others } = parameters;
      this.contexts.add(path, { ...others, ...(idContext && { idContext }) }, new StoredState(storage, key));
    } catch (error) {
      if (error instanceof LockedError)
        throw new SecretFileError(
          `${path}: expected a security context that no other program uses: ${error.message}`,
          { cause: error },
        );
      if (error instanceof SecurityContextError)
        throw new SecretFileError(`${path}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}

/** By what makes a Sender Key (§3.3); where two have the same name, they count together, which is as safe. */
function stateKeyOf({ masterSecret, masterSalt, idContext, senderId }: CompleteParameters): string {
  const identity = new CborWriter().byteString(masterSecret).byteString(masterSalt).byteString(senderId);
  if (idContext) identity.byteString(idContext);
  return toHex(nodeCrypto.hash("SHA-256", identity.bytes)).slice(0, MAX_KEY_LENGTH);
}
