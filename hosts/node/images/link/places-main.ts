/**
 * Writes what goes with a linked image, once its bytecode is there: the side file (`places.json`) the table of the census
 * (`census.S`) and which source uses which names (`names.txt`), in the image's folder, which has places.txt and keys.txt
 * of `coapsule-xsc` in it.
 *
 *   node build/js/hosts/node/images/link/places-main.js FOLDER
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { censusParts, partsOf } from "./census-parts.js";
import { LINKED_MODULE } from "./image.js";
import { nameUsers } from "./name-users.js";
import { readLines, readPlaces } from "./places.js";
import { makeSideFile } from "./side-file.js";
import type { SourceMap } from "./syntax.js";

const folder = process.argv[2];
if (folder === undefined) {
  console.error("usage: places-main.js FOLDER");
  process.exit(2);
}
const read = (name: string): string => readFileSync(join(folder, name), "utf8");
const map = JSON.parse(read(`${LINKED_MODULE}.map`)) as SourceMap;
const places = readPlaces(read("places.txt"), LINKED_MODULE, map);
const keys = read("keys.txt").trimEnd().split("\n");
const stubs = read("engine/stripped.txt").trimEnd().split("\n");
writeFileSync(join(folder, "places.json"), JSON.stringify(makeSideFile(places, read(LINKED_MODULE), stubs)));
writeFileSync(join(folder, "census.S"), censusParts(partsOf(places)));
writeFileSync(join(folder, "names.txt"), nameUsers(read(LINKED_MODULE), readLines(map), keys));
