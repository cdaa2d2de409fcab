// @ts-check
/**
 * Circles of imports between modules. In one, which module runs first depends on who imports them: a class may be
 * extended, or a constant read, before it is there. Imports of types are none when the program runs, and do not count.
 */

import { posix } from "node:path";

/** One import or re-export of a value: ESLint has it that what imports types alone says `import type`. */
const VALUE_IMPORT = /^(?:import|export)\s+(?!type\b)(?:[^"';()=]*?\sfrom\s+)?"(\.[^"]+)"/gmu;

/**
 * @param {{ path: string, text: string }} file
 * @returns {string[]} paths of what it imports from the repository when it runs
 */
function importedBy({ path, text }) {
  return [...text.matchAll(VALUE_IMPORT)].map(([, specifier = ""]) => {
    const target = posix.join(posix.dirname(path), specifier);
    return path.endsWith(".ts") ? target.replace(/\.js$/u, ".ts") : target;
  });
}

/**
 * @param {{ path: string, text: string }[]} files of the repository; those that are no modules are passed over
 * @returns {string[][]} the modules of each circle, in the order in which they import each other, the first by name first
 */
export function importCircles(files) {
  const modules = files.filter(({ path }) => /\.[jt]s$/u.test(path));
  /** @type {Map<string, string[]>} */
  const graph = new Map(modules.map((file) => [file.path, importedBy(file)]));
  /** @type {string[][]} */
  const circles = [];
  /** Modules of which all that they lead to has been looked at. @type {Set<string>} */
  const done = new Set();
  /** @type {string[]} */
  const trail = [];
  /** @param {string} path */
  const follow = (path) => {
    const at = trail.indexOf(path);
    if (at >= 0) circles.push(fromFirst(trail.slice(at)));
    if (at >= 0 || done.has(path)) return;
    trail.push(path);
    for (const next of graph.get(path) ?? []) if (graph.has(next)) follow(next);
    trail.pop();
    done.add(path);
  };
  for (const path of [...graph.keys()].sort()) follow(path);
  return circles;
}

/** @param {string[]} circle @returns {string[]} the same circle, begun with the path that is first by name */
function fromFirst(circle) {
  const first = circle.indexOf([...circle].sort()[0] ?? "");
  return [...circle.slice(first), ...circle.slice(0, first)];
}
