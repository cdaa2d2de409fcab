// @ts-check
/**
 * The rules of the house that no linter knows: short files, a lock file that names no server, no path of one machine, and
 * no circle of imports.
 */

import { isMain, repositoryRoot } from "./repository.js";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { importCircles } from "./import-circles.js";
import { listFiles } from "./sources.js";

/** Longer files have more than one subject. */
export const MAX_LINES = 400;

const SOURCE = /\.(?:[cht]s?|js|sh)$/u;
const MACHINE_PATH = /(?<![\w.$-])\/(?:home|root|Users|work)\/[a-z]/u;

/**
 * @param {{ path: string, text: string }[]} files of the repository
 * @returns {string[]} what breaks a rule, a message each
 */
export function checkHouse(files) {
  const messages = [];
  for (const { path, text } of files) {
    const lines = text.split("\n");
    if (SOURCE.test(path) && lines.length - 1 > MAX_LINES)
      messages.push(`${path}: ${lines.length - 1} lines, at most ${MAX_LINES}`);
    lines.forEach((line, i) => {
      if (MACHINE_PATH.test(line)) messages.push(`${path}:${i + 1}: a path of one machine`);
    });
    if (path === "package-lock.json" && text.includes('"resolved"'))
      messages.push(`${path}: names the server of a package; remove its "resolved" entries`);
  }
  for (const circle of importCircles(files))
    messages.push(`a circle of imports: ${[...circle, circle[0]].join(" → ")}`);
  return messages;
}

/** What is not the repository's own: see .gitignore. */
const FOREIGN = /^(?:\.git(?:$|\/)|(?:build|coverage|node_modules|test\/portable\/vectors)\/)/u;

if (isMain(import.meta)) {
  const top = readdirSync(repositoryRoot, { withFileTypes: true });
  const paths = top
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return FOREIGN.test(`${entry.name}/`) ? [] : listFiles(repositoryRoot, entry.name);
    })
    .filter((path) => !FOREIGN.test(path));
  const messages = checkHouse(
    paths.map((path) => ({ path, text: readFileSync(join(repositoryRoot, path), "utf8") })),
  );
  for (const message of messages) console.error(message);
  if (messages.length > 0) process.exitCode = 1;
}
