/** The folder of a linked image: what hosts/xs compiles to bytecode, in place of its modules one by one. */

import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { exportName } from "./bundle.js";
import { linkModules } from "./link.js";

/** The module that has all others in it. */
export const LINKED_MODULE = "image.js";

export interface ImageOptions {
  /** Folder of the modules. */
  readonly modules: string;
  /** Modules whose default exports the host asks for, by their paths below that folder. */
  readonly starts: readonly string[];
  /** Modules that are loaded for what they do, such as a file of tests. */
  readonly loaded?: readonly string[];
  /** Whether an import stays one; of a device's modules none does. */
  readonly isExternal?: (specifier: string) => boolean;
  /** Folder that is made anew. */
  readonly output: string;
}

/** @throws {LinkError} for what an image cannot have */
export async function linkImage(options: ImageOptions): Promise<void> {
  const { modules, starts, loaded = [], isExternal, output } = options;
  const entry = (hasDefault: boolean) => (path: string) => ({ path: resolve(modules, path), hasDefault });
  const { code, map } = await linkModules(
    [...starts.map(entry(true)), ...loaded.map(entry(false))],
    isExternal,
  );
  rmSync(output, { recursive: true, force: true });
  const write = (path: string, text: string): void => {
    const file = join(output, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  };
  // A module that was not compiled from another source is its own, under the name that the host knows.
  const prefix = `${relative(process.cwd(), resolve(modules)).replaceAll("\\", "/")}/`;
  const sources = map.sources.map((source) =>
    source.startsWith(prefix) ? source.slice(prefix.length) : source,
  );
  write(LINKED_MODULE, code);
  write(`${LINKED_MODULE}.map`, JSON.stringify({ ...map, sources }));
  for (const [index, start] of starts.entries()) {
    const linked = posix.relative(posix.dirname(start), LINKED_MODULE);
    const from = linked.startsWith(".") ? linked : `./${linked}`;
    write(start, `export { ${exportName(index)} as default } from ${JSON.stringify(from)};\n`);
  }
}
