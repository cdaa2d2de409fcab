import assert from "node:assert/strict";

import { readArchive } from "../../../bench/size/archive.js";
import { arenaBudget, budgetLine, flashLines, idleBudget } from "../../../bench/size/budgets.js";
import { readFlash } from "../../../bench/size/flash.js";
import { readLinkMap } from "../../../bench/size/link-map.js";
import { featuresAmong, namesByOwner } from "../../../bench/size/names.js";
import { parseStatistics } from "../../../bench/size/statistics.js";

/** In the form that GNU ld writes; the first lines name sections that it left out. */
const MAP = `
Discarded input sections
 .text.unused   0x00000000       0x64 build/xs/riscv/engine/xsRun.o

Linker script and memory map
.init           0x80000000       0x10
 .text.init.enter
                0x80000000       0x10 /usr/lib/crt0-semihost.o
.text           0x80000010      0x140
 .text.fxRun    0x80000010       0x40 build/xs/riscv/engine/xsRun.o
 *fill*         0x80000050        0x2
 .text.main     0x80000052       0x0e build/xs/riscv/host/riscv/main.o
 .text.psa      0x80000060       0x10 build/xs/riscv/mbedtls/aes.o
 .rodata.modules
                0x80000070       0xc0 /tmp/cc1.o
 .text          0x80000130       0x20 /usr/lib/libgcc.a(muldf3.o)
.data           0x82000000        0x8 load address 0x80000150
 .data.frames   0x82000000        0x8 build/xs/riscv/host/riscv/main.o
.bss            0x82000008       0x20
 COMMON         0x82000008       0x20 build/xs/riscv/engine/xsRun.o
.debug_info     0x00000000      0x999
 .debug_info    0x00000000      0x999 build/xs/riscv/engine/xsRun.o
`;

/** Two modules with 5 and 7 bytes of code, one name. */
function archive(): Buffer {
  const bytes = Buffer.alloc(160);
  const texts = [
    [60, "src/a/one.js"],
    [80, "src/a/two.js"],
    [152, "name"],
  ] as const;
  for (const [place, text] of texts) bytes.write(text, place);
  for (const [index, word] of [0x32425358, 0, 0, 157, 1, 0, 152, 2, 36, 60, 0, 5, 80, 0, 7].entries())
    bytes.writeUInt32LE(word, index * 4);
  return bytes;
}

const PRELOADED = { slotBytes: 160, chunkBytes: 8, tableBytes: 20 };

describe("make size", () => {
  it("reads from the linker's map whose bytes lie in flash and in RAM", () => {
    const { flash, ram } = readLinkMap(MAP);
    assert.deepEqual(Object.fromEntries(flash), {
      "C library": 0x30,
      engine: 0x40,
      padding: 2,
      host: 0x16,
      crypto: 0x10,
      archive: 0xc0,
    });
    assert.deepEqual(Object.fromEntries(ram), { host: 8, engine: 0x20 });
  });

  it("reads the code of each module, and the names, from an archive", () => {
    assert.deepEqual(readArchive(archive()), {
      modules: [
        { name: "src/a/one.js", offset: 0, bytes: 5 },
        { name: "src/a/two.js", offset: 0, bytes: 7 },
      ],
      nameBytes: 5,
      nameCount: 1,
      bytes: 157,
    });
    assert.throws(() => readArchive(Buffer.alloc(32)), /expected an archive of bytecode/u);
  });

  it("gives every byte to one part", () => {
    const census = "census: engine 64 0\ncensus: names 16 0\ncensus: src/a/one.js 48 8\ncensus: rest 32 0\n";
    const { bytes, parts, features, folders, rootHeapBytes } = readFlash({
      map: MAP,
      archive: archive(),
      parts: [],
      census,
      names: "src/a/one.js\tname\n",
      preloaded: PRELOADED,
    });
    assert.deepEqual(features, {});
    assert.deepEqual(folders, { "src/a/": { bytecodeBytes: 12, preloadedBytes: 56 } });
    assert.deepEqual(parts, {
      engine: 0x40,
      host: 0x16,
      "C library": 0x30,
      crypto: 0x10,
      padding: 2 + 0xc0 - 157,
      primordials: 64 + 16,
      names: 16 + 5 + 4,
      "module tables": 32 + 157 - 5 - 12,
      "src/a/": 68,
    });
    assert.equal(rootHeapBytes, 188);
    // The image's sections, and the root machine's heap and tables.
    assert.equal(bytes, 0x40 + 0x16 + 0x30 + 0x10 + 2 + 0xc0 + 188);
  });

  it("refuses a census of another heap", () => {
    const sources = {
      map: MAP,
      archive: archive(),
      parts: [],
      census: "census: engine 64 0\n",
      names: "",
      preloaded: PRELOADED,
    };
    assert.throws(() => readFlash(sources), /expected a census of 168 preloaded bytes, got 64/u);
  });

  it("reads the host's statistics", () => {
    const line =
      "stats: arena 65536 bytes, taken 46320; peak slots 1485 (23760 bytes), chunks 14488 bytes, " +
      "stack 353 of 512 (5648 bytes); 9 collections; live slots 938 (15008 bytes), chunks 1936 bytes; " +
      "preloaded slots 19143 (306288 bytes), chunks 4408 bytes, tables 13000 bytes; " +
      "keys 0, aliases 3119, tables 13732 bytes; C stack 7312 bytes";
    assert.deepEqual(parseStatistics(line), {
      arenaBytes: 65536,
      takenBytes: 46320,
      peakSlotBytes: 23760,
      peakChunkBytes: 14488,
      peakStackBytes: 5648,
      live: { slotBytes: 15008, chunkBytes: 1936, tableBytes: 13732 },
      preloaded: { slotBytes: 306288, chunkBytes: 4408, tableBytes: 13000 },
      cStackPeakBytes: 7312,
    });
    assert.throws(() => parseStatistics("stats: none"), /expected the host's statistics/u);
  });

  it("keeps a budget at its limit and exceeds it one byte past it", () => {
    assert.equal(budgetLine("some", 100, 100).isKept, true);
    assert.equal(budgetLine("some", 101, 100).isKept, false);
  });

  it("adds up the parts of a budget, each in the one with the longest name for it", () => {
    const budgets = {
      images: {},
      features: { time: { flashBytes: 5, idleBytes: 0, needs: [] } },
      flash: {
        code: { parts: ["engine", "src/"], bytes: 10 },
        storage: { parts: ["src/storage/"], bytes: 1 },
      },
    };
    const parts = { engine: 4, "src/a/": 3, "src/storage/": 1, "src/storage/flash/": 1 };
    assert.deepEqual(flashLines(budgets, parts, { time: 5 }), [
      { name: "flash: code", bytes: 7, budgetBytes: 10, isKept: true },
      { name: "flash: storage", bytes: 2, budgetBytes: 1, isKept: false },
      { name: "flash: feature time", bytes: 5, budgetBytes: 5, isKept: true },
    ]);
    assert.throws(() => flashLines(budgets, { other: 1 }, {}), /expected a flash budget for other/u);
    assert.throws(() => flashLines(budgets, {}, { rd: 1 }), /"features" has no line for rd/u);
  });

  it("lets a device take what its image and its features may", () => {
    const budgets = {
      images: { small: { flashBytes: 0, arenaBytes: 200, idleBytes: 100 } },
      features: {
        time: { flashBytes: 0, idleBytes: 10, needs: [] },
        rd: { flashBytes: 0, idleBytes: 1000, needs: [] },
      },
      flash: {},
    };
    assert.equal(idleBudget(budgets, "small", ["time"]), 110);
    assert.equal(arenaBudget(budgets, "small", ["time", "rd"]), 1210);
    assert.throws(() => idleBudget(budgets, "large", []), /"images" has no line for large/u);
  });

  it("gives a feature its folders, and the names that no other module uses", () => {
    const names = [
      ["src/coap/a.js", "shared"],
      ["src/applications/time/b.js", "shared"],
      ["src/applications/time/b.js", "drift"],
      ["src/applications/time/c.js", "drift"],
      ["src/applications/time/c.js", "leap"],
      ["src/applications/rd/d.js", "leap"],
      ["src/applications/rd/d.js", "é"],
    ];
    const users = names.map((line) => `${line.join("\t")}\n`).join("");
    assert.deepEqual(
      namesByOwner(users),
      new Map([
        ["shared", { bytes: 7 + 5, count: 2 }],
        ["time", { bytes: 6, count: 1 }],
        ["rd", { bytes: 3, count: 1 }],
      ]),
    );
    assert.deepEqual(featuresAmong(names.map(([module]) => module!)), ["rd", "time"]);
  });
});
