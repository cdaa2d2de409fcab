// @ts-check
/** What the images of firmware/ are made of: the modules that each reaches, and the features among them. */

import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { listFiles } from "./sources.js";
import ts from "typescript";

/** Folder of the images, a file each. */
export const FIRMWARE = "firmware";
/** Folder of the features, a folder each. */
export const APPLICATIONS = "src/applications";

/**
 * @param {string} root folder of the repository
 * @returns {string[]} names of the images, in order
 */
export function imageNames(root) {
  return listFiles(join(root, FIRMWARE))
    .filter((path) => /^[^/]+\.ts$/u.test(path))
    .map((path) => path.replace(/\.ts$/u, ""));
}

/**
 * @param {string} root folder of the repository
 * @returns {string[]} names of the folders with features, in order
 */
export function featureNames(root) {
  return [...new Set(listFiles(join(root, APPLICATIONS)).map((path) => path.split("/")[0] ?? ""))];
}

/**
 * The modules that an entry reaches by relative imports, itself included.
 *
 * @param {string} root folder of the modules
 * @param {string} entry its path below it, without extension
 * @param {".ts" | ".js"} extension `.ts`: sources, with what is imported for its types only; `.js`: what was emitted
 * @returns {string[]} paths without extension, in order
 */
export function reachedModules(root, entry, extension) {
  const reached = new Set([entry]);
  for (const path of reached) {
    const { importedFiles } = ts.preProcessFile(
      readFileSync(join(root, path + extension), "utf8"),
      true,
      true,
    );
    for (const { fileName } of importedFiles) {
      const imported = posix.join(posix.dirname(path), fileName).replace(/\.js$/u, "");
      if (existsSync(join(root, imported + extension))) reached.add(imported);
    }
  }
  return [...reached].sort();
}

/**
 * @param {string[]} modules from reachedModules
 * @returns {string[]} names of the features whose modules are among them, in order
 */
export function reachedFeatures(modules) {
  const below = modules.filter((path) => path.startsWith(`${APPLICATIONS}/`));
  return [...new Set(below.map((path) => path.split("/")[2] ?? ""))].sort();
}
