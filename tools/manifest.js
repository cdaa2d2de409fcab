// @ts-check
/**
 * Keeps manifest.json, from which the Moddable SDK builds a device's image, in step with src/: every module of the
 * core is named in `modules` and in `preload`. By exact name, as the SDK's wildcards find no TypeScript to preload;
 * below one prefix, as the SDK's modules share one flat name space, and with the folders of the repository, so that
 * relative imports find each other. The rest of manifest.json is written by hand and left alone.
 *
 * Of each image it makes a manifest that names what that image reaches, and nothing else:
 * build/firmware/NAME/manifest.json, to be included in place of manifest.json.
 *
 *   node tools/manifest.js            writes manifest.json, as `make build` does
 *   node tools/manifest.js --check    exits 1 and says what differs when it is out of date
 */

import { isMain, repositoryRoot } from "./repository.js";
import { join, posix } from "node:path";
import { imageNames, reachedModules } from "./images.js";
import { listFiles } from "./sources.js";
import { readFileSync } from "node:fs";
import ts from "typescript";
import { writeChanged } from "./write.js";

/**
 * @typedef {object} Manifest the part of a manifest that this tool knows
 * @property {Record<string, string | string[]>} [modules]
 * @property {string[]} [preload]
 */

const PREFIX = "coapsule/";

/** The entry of the npm package: it names what a program on Node imports, and pulls in every feature. */
const NOT_ON_DEVICES = Object.freeze(["src/index.ts"]);

/**
 * @param {string[]} sources paths in the repository, with `/`
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
 * @param {string[]} names of modules: their paths in the repository without extension
 * @param {string} root path of the repository from the manifest
 * @returns {Manifest} the manifest with its generated entries replaced
 */
export function update(manifest, names, root = ".") {
  const others = Object.entries(manifest.modules ?? {}).filter(([name]) => !name.startsWith(PREFIX));
  return {
    ...manifest,
    modules: Object.fromEntries([...others, ...names.map((name) => [PREFIX + name, `${root}/${name}`])]),
    preload: [
      ...(manifest.preload ?? []).filter((name) => !name.startsWith(PREFIX)),
      ...names.map((name) => PREFIX + name),
    ],
  };
}

/**
 * @param {string} name of a module
 * @param {string} text its source
 * @param {string[]} names of all modules
 * @returns {string[]} what a device's image could not load, a message each
 */
export function missingImports(name, text, names) {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) => fileName)
    .filter((specifier) => !names.includes(posix.join(posix.dirname(name), specifier).replace(/\.js$/u, "")))
    .map((specifier) => `${name}.ts imports ${JSON.stringify(specifier)}, which is no module of the image`);
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

/**
 * @param {Manifest & { build: Record<string, string> }} manifest
 * @returns {Record<string, string>} texts of the manifests of the images, by path in the repository
 */
function imageManifests(manifest) {
  const root = "../../..";
  const shared = {
    ...manifest,
    modules: {},
    preload: [],
    build: { ...manifest.build, COAPSULE: `${root}/` },
  };
  return Object.fromEntries(
    imageNames(repositoryRoot).map((name) => [
      `build/firmware/${name}/manifest.json`,
      format(update(shared, reachedModules(repositoryRoot, `firmware/${name}`, ".ts"), root)),
    ]),
  );
}

/** @param {Manifest} manifest */
function format(manifest) {
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/** @param {string[]} options of the command line */
function main(options) {
  const isCheck = options.includes("--check");
  /** @type {Manifest & { build: Record<string, string> }} */
  const manifest = JSON.parse(readFileSync(join(repositoryRoot, "manifest.json"), "utf8"));
  const names = moduleNames(listFiles(repositoryRoot, "src"));
  const expected = update(manifest, names);
  const problems = names.flatMap((name) =>
    missingImports(name, readFileSync(join(repositoryRoot, `${name}.ts`), "utf8"), names),
  );
  if (isCheck) problems.push(...differences(manifest, expected));
  else {
    const written = { "manifest.json": format(expected), ...imageManifests(manifest) };
    for (const [path, text] of Object.entries(written)) writeChanged(join(repositoryRoot, path), text);
  }
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) {
    if (isCheck) console.error("manifest.json does not fit src/: run 'make manifest'");
    process.exitCode = 1;
  }
}

if (isMain(import.meta)) main(process.argv.slice(2));
