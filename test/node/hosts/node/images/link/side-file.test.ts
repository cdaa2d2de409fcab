import assert from "node:assert/strict";

import { censusParts, partsOf } from "../../../../../../hosts/node/images/link/census-parts.js";
import { shake } from "../../../../../../hosts/node/images/link/bundle.js";
import { nameUsers } from "../../../../../../hosts/node/images/link/name-users.js";
import { readLines, readPlaces } from "../../../../../../hosts/node/images/link/places.js";
import {
  describePlace,
  makeSideFile,
  nameSources,
  placesOf,
  type SideFile,
} from "../../../../../../hosts/node/images/link/side-file.js";
import type { SourceMap } from "../../../../../../hosts/node/images/link/syntax.js";

/** Lines 1 to 3 are lines 10 to 12 of a.ts, line 5 is line 20 of b.ts. */
const MAP: SourceMap = {
  version: 3,
  sources: ["a.ts", "b.ts"],
  names: [],
  mappings: "AASA;AACA;AACA;;ACQA",
};
const CODE = [
  "function outer() {",
  "  return [1].map((x) => {",
  "    throw x; }); }",
  "",
  "class C { method() { throw 2; } }",
  "outer(); new C().method();",
].join("\n");
const PLACES = "start.js\n10 1\nimage.js\n20 1\n24 2\n30 3\n40 0\n50 5\n";

function sideFile(): SideFile {
  return makeSideFile(readPlaces(PLACES, "image.js", MAP), CODE, ["fx_A", "fx_B"]);
}

describe("linker: side file", () => {
  it("knows the source of each place; what has no line belongs to what is before it", () => {
    assert.deepEqual(
      readPlaces(PLACES, "image.js", MAP).map(({ offset, source, line }) => [offset, source, line]),
      [
        [10, "start.js", 1],
        [20, "a.ts", 10],
        [24, "a.ts", 11],
        [30, "a.ts", 12],
        [50, "b.ts", 20],
      ],
    );
    assert.deepEqual(readLines(MAP)(4), { source: "a.ts", line: 12 });
  });

  it("says function, file and line of a byte", () => {
    const file = sideFile();
    assert.equal(describePlace(file, 9), undefined);
    assert.equal(describePlace(file, 10), "(module) (start.js:1)");
    assert.equal(describePlace(file, 23), "outer (a.ts:10)");
    assert.equal(describePlace(file, 31), "(anonymous) (a.ts:12)");
    assert.equal(describePlace(file, 49), "(anonymous) (a.ts:12)");
    assert.equal(describePlace(file, 1_000_000), "C.method (b.ts:20)");
  });

  it("names the lines of a stack, and what a stub stands for, and leaves other text alone", () => {
    assert.equal(
      nameSources(
        "unhandled exception: Error: at (module)\n at map ()\n at $0 (module:52)\n at (module:20)\n",
        sideFile(),
      ),
      "unhandled exception: Error: at (module)\n at map ()\n at C.method (b.ts:20)\n at outer (a.ts:10)\n",
    );
    const report = "the engine called a built-in that is not in this image: number ";
    assert.equal(nameSources(`${report}1`, sideFile()), report.replace("number ", "fx_B"));
    assert.equal(nameSources(`${report}2`, sideFile()), `${report}2`);
  });

  it("divides the bytecode among the sources, those that others need behind them", () => {
    const parts = partsOf(placesOf(sideFile()));
    assert.deepEqual(parts, [
      { offset: 10, source: "start.js" },
      { offset: 20, source: "a.ts" },
      { offset: 50, source: "b.ts" },
    ]);
    const table = censusParts(parts);
    assert.match(table, /\.word 10, 2\n\t\.word 20, 1\n\t\.word 50, 0\n/u);
    assert.match(table, /\.Lsource0:\t\.asciz "b\.ts"/u);
  });

  it("says which source uses which name", () => {
    const keys = ["image.js\tmap", "image.js\tmethod", "start.js\tgone"];
    assert.equal(nameUsers(CODE, readLines(MAP), keys), "a.ts\tmap\nb.ts\tmethod\nstart.js\tgone\n");
  });

  it("keeps to the sources through the steps", async () => {
    const { code, map } = await shake({ code: CODE, map: MAP }, [
      ({ edits }) => {
        edits.prepend("const before = 1;\nf(before);\n");
      },
    ]);
    const line = code.split("\n").findIndex((text) => text.includes("throw x")) + 1;
    assert.deepEqual(readLines(map)(line), { source: "a.ts", line: 12 });
  });
});
