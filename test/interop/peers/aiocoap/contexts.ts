/** Security contexts as aiocoap stores them. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { withFolder } from "../../../node/cli/temporary-folder.js";
import type { ContextInHex } from "../../scenarios/shared-context.js";

/** Runs `use` with a folder that holds a security context. */
export function withContext<T>(context: ContextInHex, use: (folder: string) => Promise<T>): Promise<T> {
  const { senderId, recipientId, masterSecret, masterSalt, idContext } = context;
  const settings = {
    "sender-id_hex": senderId,
    "recipient-id_hex": recipientId,
    secret_hex: masterSecret,
    salt_hex: masterSalt,
    ...(idContext !== undefined && { "id-context_hex": idContext }),
  };
  return withFolder((folder) => {
    writeFileSync(join(folder, "settings.json"), JSON.stringify(settings));
    return use(folder);
  });
}
