/** A flash memory that is a directory: each of its partitions is a file. */

import { join } from "node:path";
import type { Flash, FlashPartitions } from "../../../src/ports/flash.js";
import { makeFolder } from "../files/folder.js";
import { FileFlash, type FileFlashOptions } from "./file-flash.js";

export type PartitionLayout = Omit<FileFlashOptions, "path">;

export class FlashDirectory implements FlashPartitions {
  readonly #directory: string;
  readonly #layouts: ReadonlyMap<string, PartitionLayout>;

  /** @param directory made where it is missing @param layouts partitions by name, which is that of the file */
  constructor(directory: string, layouts: Readonly<Record<string, PartitionLayout>>) {
    makeFolder(directory);
    this.#directory = directory;
    this.#layouts = new Map(Object.entries(layouts));
  }

  /** @throws {RangeError} for a name that no partition has @throws {Error} see {@link FileFlash} */
  open({ path }: { readonly path: string }): Flash {
    const layout = this.#layouts.get(path);
    if (layout === undefined)
      throw new RangeError(`expected one of the partitions ${[...this].join(", ")}, got "${path}"`);
    return new FileFlash({ ...layout, path: join(this.#directory, path) });
  }

  [Symbol.iterator](): Iterator<string> {
    return this.#layouts.keys();
  }
}
