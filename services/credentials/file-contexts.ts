/** Security contexts in files, used by one program at a time. RFC 8613 §3.2, Appendix B.1. */

import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { SecurityContextError } from "../../src/security/oscore/errors.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { SecretFileError } from "../../hosts/node/files/rights.js";
import { contextParameters, readContextFile } from "./context-file.js";
import { FileState } from "./file-state.js";

export class FileContexts {
  /** Each under the path of its file. */
  readonly contexts: SecurityContexts;
  readonly #states: FileState[] = [];

  /**
   * Opens the contexts of `paths`, until {@link close}.
   * @param places for further contexts, such as those of sessions
   * @throws {SecretFileError} where a file is not what it should be, or another program or a device uses its context
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
    for (const state of this.#states) state.release();
  }

  #add(path: string): void {
    const parameters = readContextFile(path);
    const state = new FileState(path, parameters);
    this.#states.push(state);
    try {
      this.contexts.add(path, contextParameters(parameters), state.counted());
    } catch (error) {
      if (error instanceof SecurityContextError)
        throw new SecretFileError(`${path}: ${error.message}`, { cause: error });
      throw error;
    }
  }
}
