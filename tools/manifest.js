// @ts-check
/**
 * Keeps manifest.json, from which the Moddable SDK builds a device's image, in step with src/: every module of the
 * core is named in `modules` and in `preload`. By exact name, as the SDK's wildcards find no TypeScript to preload;
 * below one prefix, as the SDK's modules share one flat name space, and with the folders of src/, so that relative
 * imports find each other. The rest of manifest.json is written by hand and left alone.
 *
 *   node tools/manifest.js            writes manifest.json, as `make build` does
 *   node tools/manifest.js --check    exits 1 and says what differs when it is out of date
 */

import { isMain, repositoryRoot } from "./repository.js";
import { readFileSync, writeFileSync } from "node:fs";
import { join, posix } from "node:path";
import { listFiles } from "./sources.js";
import ts from "typescript";

/**
 * @typedef {object} Manifest the part of a manifest that this tool knows
 * @property {Record<string, string | string[]>} [modules]
 * @property {string[]} [preload]
 */

const PREFIX = "coapsule/";

/** The entry of the npm package: it names what a program on Node imports, and pulls in every feature. */
const NOT_ON_DEVICES = Object.freeze(["index.ts"]);

/**
 * @param {string[]} sources paths below src/, with `/`
 * @returns {string[]} names without extension of those that belong into an image, in order
 */
export function moduleNames(sources) {
  return sources
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts") && !NOT_ON_DEVICES.includes(path))
    .map((path) => path.replace(/\.ts$/u, ""))
    .sort();
}

/**
 * @param {Manifest} manifest
 * @param {string[]} names from moduleNames
 * @returns {Manifest} the manifest with its generated entries replaced
 */
export function update(manifest, names) {
  const others = Object.entries(manifest.modules ?? {}).filter(([name]) => !name.startsWith(PREFIX));
  return {
    ...manifest,
    modules: Object.fromEntries([...others, ...names.map((name) => [PREFIX + name, `./src/${name}`])]),
    preload: [
      ...(manifest.preload ?? []).filter((name) => !name.startsWith(PREFIX)),
      ...names.map((name) => PREFIX + name),
    ],
  };
}

/**
 * @param {string} name of a module, from moduleNames
 * @param {string} text its source
 * @param {string[]} names of all modules
 * @returns {string[]} what a device's image could not load, a message each
 */
export function missingImports(name, text, names) {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !names.includes(posix.join(posix.dirname(name), specifier).replace(/\.js$/u, "")))
    .map(
      (specifier) => `src/${name}.ts imports ${JSON.stringify(specifier)}, which is no module of the image`,
    );
}

/**
 * @param {Manifest} manifest as it is
 * @param {Manifest} expected as it should be
 * @returns {string[]} what differs, a message each
 */
export function differences(manifest, expected) {
  /**
   * @param {string} list
   * @param {string[]} actual
   * @param {string[]} wanted
   */
  const compare = (list, actual, wanted) => [
    ...wanted.filter((name) => !actual.includes(name)).map((name) => `manifest.json: ${list} lacks ${name}`),
    ...actual
      .filter((name) => !wanted.includes(name))
      .map((name) => `manifest.json: ${list} has ${name} in vain`),
  ];
  const found = [
    ...compare("modules", Object.keys(manifest.modules ?? {}), Object.keys(expected.modules ?? {})),
    ...compare("preload", manifest.preload ?? [], expected.preload ?? []),
  ];
  if (found.length === 0 && JSON.stringify(manifest) !== JSON.stringify(expected))
    found.push("manifest.json: the order or a path of the generated entries differs");
  return found;
}

/** @param {string[]} options of the command line */
function main(options) {
  const path = join(repositoryRoot, "manifest.json");
  const source = join(repositoryRoot, "src");
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const names = moduleNames(listFiles(source));
  const expected = update(manifest, names);
  const problems = names.flatMap((name) =>
    missingImports(name, readFileSync(join(source, `${name}.ts`), "utf8"), names),
  );
  if (options.includes("--check")) problems.push(...differences(manifest, expected));
  else writeFileSync(path, `${JSON.stringify(expected, undefined, 2)}\n`);
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    if (options.includes("--check")) console.error("manifest.json does not fit src/: run 'make manifest'");
    process.exitCode = 1;
  }
}

if (isMain(import.meta)) main(process.argv.slice(2));
