// @ts-check
/**
 * Removes from build/js what the compiler once made of a source that is gone: it would still be tested, and found by
 * imports that should fail.
 */

import { isMain, repositoryRoot } from "./repository.js";
import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { listFiles } from "./sources.js";

/** What tools/firmware.js makes of an image. */
const GENERATED = /^firmware\/([^/]+)\/xs\.js$/u;

const COMPILED = /\.(?:js|js\.map|d\.ts|d\.ts\.map)$/u;

/**
 * @param {string} root folder of the sources
 * @param {string} output folder of what was compiled
 * @returns {string[]} what was removed, relative to `output`
 */
export function prune(root, output) {
  const stale = listFiles(output).filter((path) => {
    const source = path.replace(GENERATED, "firmware/$1.js").replace(COMPILED, ".ts");
    return COMPILED.test(path) && !existsSync(join(root, source));
  });
  for (const path of stale) rmSync(join(output, path));
  return stale;
}

if (isMain(import.meta)) prune(repositoryRoot, join(repositoryRoot, "build/js"));
