import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { BackgroundProgram, freePort } from "../../bench/programs.js";
import { prepareFlash } from "../../bench/size/scenario.js";
import { readCorpus } from "../../fuzz/corpus.js";
import { DEVICE_ARENA } from "../../hosts/arenas.js";
import { Machine } from "../../hosts/node/devices/qemu/machine.js";
import { linkImage, LINKED_MODULE } from "../../hosts/node/images/link/image.js";
import { readPlaces } from "../../hosts/node/images/link/places.js";
import { makeSideFile, nameSources } from "../../hosts/node/images/link/side-file.js";
import type { SourceMap } from "../../hosts/node/images/link/syntax.js";
import { concatBytes } from "../../src/bytes/concat.js";
import { fromHex, toHex } from "../../src/bytes/hex.js";
import { HANG_MS } from "../hang.js";
import { skip } from "../skip.js";
import { PLATFORM, compileModules, isBuilt, pathOf, runImage } from "./runner/target.js";

const IMAGE = "build/riscv/standard.elf";
const CORPUS = "fuzz/corpus";
/** So many datagrams fit the board's buffers; then a ping shows that all of them were read (RFC 7252 §4.3). */
const BURST = 20;
/** What IPv6 carries whatever the path; what is longer is of parsers of files. */
const DATAGRAM_BYTES = 1232;
/** POST /.well-known/edhoc, Non-confirmable, without its message ID and what is behind it. */
const EDHOC_PATH = "bb2e77656c6c2d6b6e6f776e056564686f63ff";
const FIXTURE = "test/boards/fixtures/faults.js";

let messageId = 0;

function nextId(): string {
  messageId = (messageId + 1) & 0xffff;
  return messageId.toString(16).padStart(4, "0");
}

async function ping(socket: Socket): Promise<void> {
  const id = nextId();
  const signal = AbortSignal.timeout(HANG_MS);
  socket.send(fromHex(`4000${id}`));
  for (;;) {
    const [answer] = (await once(socket, "message", { signal })) as [Buffer];
    if (toHex(answer) === `7000${id}`) return;
  }
}

/** Each input as a datagram, and as what a peer says in EDHOC. */
function datagramsOf(input: Uint8Array): Uint8Array[] {
  if (input.length > DATAGRAM_BYTES) return [];
  return [input, concatBytes([fromHex(`5002${nextId()}${EDHOC_PATH}`), input])];
}

describe("a linked image", function () {
  it("lives through the whole corpus of the fuzzer, and reaches no built-in that it lacks", async function () {
    if (!existsSync(IMAGE)) skip(this, `${IMAGE} is not built: make firmware`);
    const folder = mkdtempSync(join(tmpdir(), "coapsule-corpus-"));
    const port = await freePort();
    const flash = prepareFlash({ image: IMAGE }, folder);
    const args = ["--arena", String(DEVICE_ARENA), "firmware/standard/xs.js", "--port", String(port)];
    const board = new Machine({ image: IMAGE, args, flash }, ["ignore", "pipe", "pipe"]);
    const device = new BackgroundProgram(board.process);
    const socket = createSocket("udp6");
    let code: number | null = null;
    let sent = 0;
    try {
      await device.waitFor(/serving coap/u);
      socket.connect(port, "::1");
      await once(socket, "connect");
      for (const file of readdirSync(CORPUS).sort())
        for (const input of readCorpus(join(CORPUS, file)))
          for (const datagram of datagramsOf(input)) {
            socket.send(datagram);
            sent += 1;
            if (sent % BURST === 0) await ping(socket);
          }
      await ping(socket);
      code = await board.stop(143);
    } finally {
      socket.close();
      if (code === null) await board.stop(143);
      rmSync(folder, { recursive: true });
    }
    assert.ok(sent > 2000, `${sent} datagrams`);
    assert.equal(code, 143, device.output);
    assert.doesNotMatch(device.output, /not in this image|unhandled|fault/u);
  });

  it("has its side file name the source lines of a panic", async function () {
    if (!isBuilt("riscv") || !isBuilt("compiler")) skip(this, "not built: make riscv");
    const folder = mkdtempSync(join(tmpdir(), "coapsule-linked-"));
    const path = (name: string): string => join(folder, name);
    try {
      await linkImage({ modules: "build/js", starts: [PLATFORM, FIXTURE], output: path("linked") });
      const options = ["--anonymous", "--places", path("places")];
      compileModules(path("archive"), [FIXTURE], options, path("linked"));
      const code = readFileSync(path(`linked/${LINKED_MODULE}`), "utf8");
      const map = JSON.parse(readFileSync(path(`linked/${LINKED_MODULE}.map`), "utf8")) as SourceMap;
      const places = readPlaces(readFileSync(path("places"), "utf8"), LINKED_MODULE, map);
      const run = runImage(pathOf("riscv", "coapsule-xs"), path("archive"));
      const sideFile = makeSideFile(places, code, []);
      const source = FIXTURE.replace(/\.js$/u, ".ts");
      const lines = readFileSync(source, "utf8").split("\n");
      const lineOf = (text: string): number => lines.findIndex((line) => line.includes(text)) + 1;
      const exception = await run([FIXTURE, "exception"]);
      assert.equal(
        nameSources(exception.stderr, sideFile),
        `unhandled exception: RangeError: nobody catches this\n at fail (${source}:${lineOf("nobody catches this")})\n`,
      );
      const panic = await run([FIXTURE, "pattern"]);
      assert.match(
        nameSources(panic.stderr, sideFile),
        new RegExp(
          `^read-only memory was written: .*\n at exec\n at match \\(${source}:${lineOf("pattern.exec")}\\)\n`,
          "u",
        ),
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
