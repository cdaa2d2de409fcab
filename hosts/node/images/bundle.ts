/**
 * Joins modules to what an engine runs: what nothing uses is left out, names of functions stay. Our own modules have no
 * effects but through what they export, so that those of which nothing is used are gone as a whole.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import {
  rollup,
  type OutputChunk,
  type Plugin,
  type RollupCache,
  type RollupError,
  type SourceMap,
} from "rollup";
import { placeOfImport, refusalOf, type Compilation } from "./compile.js";
import { readEmittedModule } from "./emitted-module.js";
import { isOwnModule, portableEntry } from "./package-modules.js";
import { SourceError, type SourceProblem } from "./source-error.js";

/** What is bundled, and how. */
export interface BundleOptions {
  /** By path of the module that is made, below the folder and without `.js`: the text of a module, or the path of one. */
  readonly entries: Readonly<Record<string, BundleEntry>>;
  /** The sources that a user wrote. */
  readonly compilation?: Compilation | undefined;
  /** A module for each source, as the debug engine's lines need it, instead of as few as possible. */
  readonly keepsModules?: boolean | undefined;
  /** What an earlier bundling of the same entries has parsed. */
  readonly cache?: RollupCache | undefined;
}

/** A module that exists as text only, its imports by absolute path, or one in a file. */
export type BundleEntry = { readonly text: string } | { readonly path: string };

/** One module of a bundle. */
export interface BundledModule {
  /** Below the folder, with `.js`. */
  readonly path: string;
  readonly code: string;
  /** Its source map, as JSON, with absolute paths; undefined where it has no source. */
  readonly map: string | undefined;
  /** Absolute paths of the modules of which something is in it. */
  readonly sources: readonly string[];
}

/** What was bundled. */
export interface Bundle {
  readonly modules: readonly BundledModule[];
  /** For the next time. */
  readonly cache: RollupCache | undefined;
}

const TEXT_PREFIX = "\0text:";

/** An import that cannot be followed. @throws {SourceError} */
function refuseImport(specifier: string, importer: string, text: string): never {
  let place: { readonly line: number; readonly column: number } | undefined;
  try {
    place = placeOfImport(readFileSync(importer, "utf8"), specifier);
  } catch {
    place = undefined;
  }
  throw new SourceError([{ file: importer, ...place, text }]);
}

/** Finds and reads what a user wrote, what is ours, and entries that are text only. */
function sourcesPlugin({ entries, compilation }: BundleOptions): Plugin {
  return {
    name: "coapsule-sources",
    resolveId(specifier, importer) {
      if (specifier.startsWith(TEXT_PREFIX)) return specifier;
      if (importer === undefined) return specifier;
      const own = portableEntry(specifier);
      if (own !== undefined) return own;
      const reason = refusalOf(specifier);
      if (reason !== undefined) refuseImport(specifier, importer, reason);
      if (isAbsolute(specifier)) return specifier;
      if (isOwnModule(importer)) return join(dirname(importer), specifier);
      return compilation?.modules.has(importer) === true ? compilation.resolve(specifier, importer) : null;
    },
    resolveDynamicImport(specifier, importer) {
      const name = typeof specifier === "string" ? specifier : "…";
      return refuseImport(
        name,
        importer,
        "a device loads all modules when it starts: expected a static import",
      );
    },
    load(id) {
      if (id.startsWith(TEXT_PREFIX)) {
        const entry = entries[id.slice(TEXT_PREFIX.length)];
        return entry !== undefined && "text" in entry ? entry.text : null;
      }
      const emitted = compilation?.modules.get(id);
      if (emitted !== undefined) return { ...emitted };
      return isOwnModule(id) ? { ...readEmittedModule(id), moduleSideEffects: false } : null;
    },
  };
}

/** Refuses what nothing else has found. */
const nothingElse: Plugin = {
  name: "coapsule-nothing-else",
  resolveId: {
    order: "post",
    handler: (specifier, importer) =>
      importer === undefined ? null : refuseImport(specifier, importer, `"${specifier}" cannot be found`),
  },
};

function isRollupError(error: unknown): error is RollupError {
  return error instanceof Error && ("loc" in error || "id" in error);
}

/** What rollup found wrong, with file and line where it knows them. */
function explain(error: unknown): unknown {
  if (error instanceof SourceError) return error;
  if (error instanceof Error && error.cause instanceof SourceError) return error.cause;
  if (!isRollupError(error)) return error;
  const { loc, id, message } = error;
  const text = message.replace(/^(?:\[plugin [\w-]+\] )?(?:.*? \(\d+:\d+\): )?/u, "");
  const problem: SourceProblem = {
    file: loc?.file ?? id,
    line: loc?.line,
    column: loc === undefined ? undefined : loc.column + 1,
    text,
  };
  return new SourceError([problem], { cause: error });
}

/** Joins modules. @throws {SourceError} for an import that cannot be followed, or a package that is no ES module */
export async function bundle(options: BundleOptions): Promise<Bundle> {
  const { entries, keepsModules = false, cache } = options;
  const input = Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [
      name,
      "path" in entry ? entry.path : `${TEXT_PREFIX}${name}`,
    ]),
  );
  try {
    const build = await rollup({
      input,
      ...(cache !== undefined && { cache }),
      plugins: [
        sourcesPlugin(options),
        nodeResolve({ exportConditions: ["import", "default"] }),
        nothingElse,
      ],
      preserveEntrySignatures: "strict",
      onLog: () => undefined,
    });
    try {
      const { output } = await build.generate({
        format: "es",
        sourcemap: true,
        preserveModules: keepsModules,
        entryFileNames: "[name].js",
        chunkFileNames: "shared.js",
        hoistTransitiveImports: false,
        generatedCode: "es2015",
      });
      const chunks = output.filter((each): each is OutputChunk => each.type === "chunk");
      return { modules: chunks.map(bundledModule), cache: build.cache };
    } finally {
      await build.close();
    }
  } catch (error) {
    throw explain(error);
  }
}

function bundledModule({ fileName, code, map, modules }: OutputChunk): BundledModule {
  const used = Object.entries(modules).filter(([, { renderedLength }]) => renderedLength > 0);
  return {
    path: fileName,
    code,
    map: map === null ? undefined : absoluteMap(map, fileName),
    sources: used.map(([path]) => path),
  };
}

/** With absolute paths of sources: rollup has them relative to where it would write from the current folder. */
function absoluteMap(map: SourceMap, fileName: string): string | undefined {
  const sources = map.sources.map((source) => resolve(dirname(fileName), source));
  // An entry that is text only has no source that a stack could name; XS takes no map without one.
  return map.sources.every((source) => source.includes(TEXT_PREFIX))
    ? undefined
    : JSON.stringify({ ...map, sources });
}

/** Writes a bundle where an engine finds it; source maps beside the modules, their sources relative to them. */
export function writeBundle({ modules }: Bundle, folder: string): void {
  for (const { path, code, map } of modules) {
    const target = join(folder, path);
    mkdirSync(dirname(target), { recursive: true });
    if (map === undefined) {
      writeFileSync(target, code);
      continue;
    }
    const parsed = JSON.parse(map) as { readonly sources: readonly string[] };
    const sources = parsed.sources.map((source) => relative(dirname(target), source));
    writeFileSync(`${target}.map`, JSON.stringify({ ...parsed, sources }));
    writeFileSync(target, `${code}//# sourceMappingURL=${basename(path)}.map\n`);
  }
}
