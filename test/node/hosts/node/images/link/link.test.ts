import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";

import { linkImage } from "../../../../../../hosts/node/images/link/image.js";
import { namedStacks } from "../../../../../../hosts/node/images/link/named-stacks.js";

const SOURCES = {
  "start.js": `
    import { Shape, LIMIT, unused } from "./lib/shape.js";
    import { log } from "./lib/log.js";
    export default function main() { log.push(LIMIT); return [new Shape(2).area(), ...log]; }`,
  "other/start.js": 'import { Shape as Named } from "../lib/shape.js"; export { Named as default };',
  "lib/shape.js": `
    export const LIMIT = 1 << 4;
    const onlyForUnused = () => "gone";
    export function unused() { return onlyForUnused(); }
    class Base { #side; constructor(side) { this.#side = side; } side() { return this.#side; } }
    export class Shape extends Base {
      #side = LIMIT;
      area() { return this.side() * this.#side; }
      nobodyAsks() { return onlyThere(this); }
    }
    function onlyThere(shape) { return shape.onlyOfOnlyThere(); }`,
  "lib/log.js": "export const log = [];",
  "loaded.js": 'import { log } from "./lib/log.js"; log.push("loaded");',
};

let folder = "";

function path(name: string): string {
  return join(folder, name);
}

/** @returns the text of the linked module */
async function link(output: string, files: Readonly<Record<string, string>> = SOURCES): Promise<string> {
  for (const [name, code] of Object.entries(files)) {
    mkdirSync(dirname(path(`modules/${name}`)), { recursive: true });
    writeFileSync(path(`modules/${name}`), code);
  }
  await linkImage({
    modules: path("modules"),
    starts: ["start.js", "other/start.js"],
    loaded: ["loaded.js"],
    output: path(output),
  });
  return readFileSync(path(`${output}/image.js`), "utf8");
}

describe("linker: an image", () => {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "coapsule-link-"));
    writeFileSync(path("package.json"), '{ "type": "module" }');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it("does what its modules do, and has its starts where the host asks for them", async () => {
    await link("linked");
    const start = (await import(pathToFileURL(path("linked/start.js")).href)) as { default: () => unknown };
    const other = (await import(pathToFileURL(path("linked/other/start.js")).href)) as {
      default: new (side: number) => { area: () => number };
    };
    assert.deepEqual(start.default(), [32, "loaded", 16]);
    assert.equal(new other.default(3).area(), 48);
  });

  it("has nothing that nobody uses, nor what only that used", async () => {
    const code = await link("linked");
    for (const gone of ["unused", "onlyForUnused", "nobodyAsks", "onlyThere", "LIMIT", "#side"])
      assert.ok(!code.includes(gone), gone);
    assert.match(code, /\* this\.\$1/u);
  });

  it("is the same for the same modules", async () => {
    assert.equal(await link("once"), await link("again"));
    const map = (output: string): string => readFileSync(path(`${output}/image.js.map`), "utf8");
    assert.equal(map("once"), map("again"));
  });

  it("refuses what it cannot have: a module that is not there, a package, a name that none exports", async () => {
    for (const code of [
      'export { default } from "./absent.js";',
      'export { default } from "package";',
      'export { absent as default } from "./lib/log.js";',
    ])
      await assert.rejects(link("linked", { ...SOURCES, "start.js": code }), code);
  });

  it("writes source lines into the stacks of a device, wherever its output is cut", async () => {
    mkdirSync(path("board"));
    const sideFile = { sources: ["a.ts"], functions: ["(module)", "f"], places: [10, 0, 7, 1], stubs: [] };
    writeFileSync(path("board/places.json"), JSON.stringify(sideFile));
    const output = [..."panic\n at (anonymous) (module:12)\nlast"];
    assert.equal(
      await text(Readable.from(output).pipe(namedStacks(path("board.elf"))!)),
      "panic\n at f (a.ts:7)\nlast",
    );
    assert.equal(namedStacks(path("other.elf")), undefined);
    assert.equal(namedStacks(path("board")), undefined);
  });
});
