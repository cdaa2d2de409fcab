/** The certificate of both sides, for programs that read it from a file. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { withFolder } from "../../node/cli/temporary-folder.js";
import { CREDENTIALS } from "./stream-endpoints.js";

/** Runs `use` with a file that has the certificate and its key. */
export function withCertificate<T>(use: (path: string) => Promise<T>): Promise<T> {
  return withFolder((folder) => {
    const path = join(folder, "tls.pem");
    writeFileSync(path, CREDENTIALS.certificate + CREDENTIALS.privateKey);
    return use(path);
  });
}
