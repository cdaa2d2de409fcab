/** A module as TypeScript's compiler makes it. */

import { existsSync, readFileSync } from "node:fs";

export interface EmittedModule {
  readonly code: string;
  /** Its source map, as JSON. */
  readonly map?: string;
}

/** One that it has written, with the map that lies beside it. @throws {Error} where there is no such file */
export function readEmittedModule(path: string): EmittedModule {
  const map = `${path}.map`;
  const code = readFileSync(path, "utf8");
  return existsSync(map) ? { code, map: readFileSync(map, "utf8") } : { code };
}
