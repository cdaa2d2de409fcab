/** Writing a firmware image. */

import type { Flash } from "./flash.js";

/** Writes a firmware image into a partition, with the shape of ECMA-419's update class. */
export interface Updater {
  /** Adds bytes, or puts them at `byteOffset` where the image is written in any order. */
  write(bytes: Uint8Array, byteOffset?: number): void;
  /** The image is complete: what is open is written, and the image checked. */
  complete(): void;
  /** Ends it; an image that is not complete is given up. A second call does nothing. */
  close(): void;
}

export interface UpdaterOptions {
  readonly partition: Flash;
  /** `"a"`: from start to end (the default). `"w"`: in any order. */
  readonly mode?: "a" | "w";
  /** Length of the image in bytes; `"w"` needs it. */
  readonly byteLength?: number;
}

export interface Update {
  open(options: UpdaterOptions): Updater;
}
