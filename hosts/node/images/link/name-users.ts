/** Which source uses which names of properties, for the budgets of features: in bytecode, all names are the image's. */

import type { Lines } from "./places.js";
import { parseModule, place, walk } from "./syntax.js";

/**
 * @param code of the linked module @param lines where it comes from
 * @param keys "module TAB name" lines of `coapsule-xsc --names`: the names that there are
 * @returns "source TAB name" lines; names that are in no source keep their modules
 */
export function nameUsers(code: string, lines: Lines, keys: readonly string[]): string {
  const rest = new Map(keys.map((line) => [line.slice(line.indexOf("\t") + 1), line]));
  const names = new Set(rest.keys());
  const users = new Set<string>();
  let line = 1;
  let at = 0;
  walk(parseModule(code).program, (node) => {
    const name = node.type === "Identifier" ? node.name : undefined;
    if (name === undefined || !names.has(name)) return;
    const { start } = place(node);
    if (start < at) [line, at] = [1, 0];
    for (let next = code.indexOf("\n", at); next >= 0 && next < start; next = code.indexOf("\n", at)) {
      line += 1;
      at = next + 1;
    }
    const source = lines(line)?.source;
    if (source === undefined) return;
    users.add(`${source}\t${name}`);
    rest.delete(name);
  });
  return [...[...users].sort(), ...rest.values()].map((user) => `${user}\n`).join("");
}
