/** The package that runs: a checkout, or what npm has installed. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Folder of its compiled modules. */
export const MODULES = fileURLToPath(new URL("../../", import.meta.url));

/** Its root, with package.json. */
export const PACKAGE = fileURLToPath(new URL("../../../../", import.meta.url));

/** Its version, as package.json has it. */
export function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly version: string;
  };
  return version;
}
