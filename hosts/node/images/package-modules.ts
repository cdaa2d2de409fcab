/** The modules of the package that runs: what a user's own sources find as "coapsule". */

import { join, sep } from "node:path";
import { MODULES } from "../package.js";

/** What runs on every engine, by the specifier in an import: paths below {@link MODULES}, without their ending. */
export const PORTABLE_ENTRIES: Readonly<Record<string, string>> = Object.freeze({
  coapsule: "src/index",
  "coapsule/simulators": "simulators/index",
  "coapsule/testing": "simulators/testing/index",
});

/** Path of the module that `specifier` names, where it is one of ours. */
export function portableEntry(specifier: string): string | undefined {
  return Object.hasOwn(PORTABLE_ENTRIES, specifier)
    ? join(MODULES, `${PORTABLE_ENTRIES[specifier]}.js`)
    : undefined;
}

/** Whether a file is one of this package's compiled modules. */
export function isOwnModule(path: string): boolean {
  return path.startsWith(MODULES.endsWith(sep) ? MODULES : `${MODULES}${sep}`);
}
