/** Security contexts of files, for as long as a command runs. RFC 8613. */

import { FileContexts } from "../../hosts/node/keys/file-contexts.js";
import type { ProtectionFactory } from "../../src/coap/requesting/protection.js";
import { oscore } from "../../src/oscore/layer/oscore.js";

/**
 * Runs `use` with what protects messages, each context under the path of its file; with nothing where there is no file.
 * @throws as {@link FileContexts}
 */
export async function withSecurityContexts<T>(
  paths: readonly string[],
  use: (protection: ProtectionFactory | undefined) => Promise<T>,
): Promise<T> {
  if (paths.length === 0) return use(undefined);
  const files = new FileContexts(paths);
  try {
    return await use(oscore(files));
  } finally {
    files.close();
  }
}
