/** Step 1: many modules become one, without what nobody uses. rollup does it. */

import { isAbsolute, resolve } from "node:path";
import { rollup, type Plugin, type RollupOptions } from "rollup";
import { readEmittedModule } from "../emitted-module.js";
import { LinkError, parseModule, type Module, type SourceMap, type Text } from "./syntax.js";

const ENTRY = "entry.js";

/** No module of the core does anything while it loads but to define; getters have no effects. */
const TREE_SHAKING: RollupOptions["treeshake"] = {
  moduleSideEffects: false,
  propertyReadSideEffects: false,
  tryCatchDeoptimization: false,
  unknownGlobalSideEffects: false,
};

/** Under this name the bundle has the default export of the entry of this number. */
export function exportName(index: number): string {
  return `entry${index}`;
}

async function generate(source: Plugin, changes: readonly Plugin[] = []): Promise<Text> {
  const bundle = await rollup({
    input: ENTRY,
    treeshake: TREE_SHAKING,
    plugins: [source, ...changes],
    onwarn(warning) {
      // Of modules whose classes know each other; in one module they still do.
      if (warning.code !== "CIRCULAR_DEPENDENCY") throw new LinkError(warning.message);
    },
  });
  const { output } = await bundle.generate({
    format: "es",
    generatedCode: { constBindings: true },
    sourcemap: true,
    sourcemapExcludeSources: true,
  });
  await bundle.close();
  const [{ code, map }] = output;
  return { code, map: map! };
}

/** A module whose default export the image starts with, or one that is loaded for what it does (a file of tests). */
export interface Entry {
  readonly path: string;
  readonly hasDefault: boolean;
}

/**
 * @param entries absolute paths @param isExternal whether an import stays one
 * @throws {LinkError} @throws {Error} when a module is missing or has an error
 */
export async function bundleModules(
  entries: readonly Entry[],
  isExternal: (specifier: string) => boolean = () => false,
): Promise<Text> {
  const lines = entries.map(({ path, hasDefault }, index) =>
    hasDefault
      ? `export { default as ${exportName(index)} } from ${JSON.stringify(path)};`
      : `import ${JSON.stringify(path)};`,
  );
  const kept = new Set(entries.filter(({ hasDefault }) => !hasDefault).map(({ path }) => path));
  return generate({
    name: "modules",
    resolveId(source, importer) {
      if (source === ENTRY) return ENTRY;
      if (isExternal(source)) return { id: source, external: true };
      const id = isAbsolute(source) ? source : resolve(importer!, "..", source);
      return { id, moduleSideEffects: kept.has(id) };
    },
    load(id) {
      return id === ENTRY ? { code: lines.join("\n"), moduleSideEffects: true } : readEmittedModule(id);
    },
  });
}

/** A change of a module's text. */
export type Edit = (module: Module) => void;

function edit(code: string, change: Edit): { code: string; map: SourceMap } {
  const module = parseModule(code);
  change(module);
  return { code: module.edits.toString(), map: module.edits.generateMap({ hires: "boundary" }) };
}

/** Changes a module, then takes out what nobody uses any more. Its map still leads to the sources. */
export async function shake(text: Text, changes: readonly Edit[]): Promise<Text> {
  return generate(
    {
      name: "text",
      resolveId: (source) => (source === ENTRY ? source : { id: source, external: true }),
      load: () => ({ code: text.code, map: text.map, moduleSideEffects: true }),
    },
    changes.map((change, index) => ({
      name: `change ${index}`,
      transform: (code: string) => edit(code, change),
    })),
  );
}
