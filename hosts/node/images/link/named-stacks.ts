/** The output of a device with a release image, with source lines in its stacks. */

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Transform, type TransformCallback } from "node:stream";
import { nameSources, type SideFile } from "./side-file.js";

/** Passes text on line by line. */
class NamedStacks extends Transform {
  readonly #file: SideFile;
  #rest = "";

  constructor(file: SideFile) {
    super({ decodeStrings: false, encoding: "utf8" });
    this.#file = file;
  }

  override _transform(chunk: string | Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const lines = (this.#rest + chunk.toString()).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) this.push(`${nameSources(line, this.#file)}\n`);
    done();
  }

  override _flush(done: TransformCallback): void {
    if (this.#rest !== "") this.push(nameSources(this.#rest, this.#file));
    done();
  }
}

/** @param image path of a board's program @returns undefined for one without a side file, such as a debug image */
export function namedStacks(image: string): Transform | undefined {
  const path = join(image.replace(/\.elf$/u, ""), "places.json");
  if (!image.endsWith(".elf") || !existsSync(path)) return undefined;
  return new NamedStacks(JSON.parse(readFileSync(path, "utf8")) as SideFile);
}
