/** Tells when sources change on disk, by whatever editor. */

import { watch, type FSWatcher } from "node:fs";
import { dirname, extname } from "node:path";

/** An editor writes a file in several steps. */
const QUIET_MS = 40;
/** What a change of is worth a look: sources, packages' manifests, folders. */
const EXTENSIONS = ["", ".ts", ".mts", ".js", ".mjs", ".json"];

/** Watches the folders in which sources lie, so that files that come, go, or are replaced are noticed as well. */
export class SourceWatcher {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onChange: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param onChange is called when something has changed and nothing has for 40 ms since */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** From now on these files count. */
  watch(paths: readonly string[]): void {
    const folders = new Set(paths.map((path) => dirname(path)));
    for (const [folder, watcher] of this.#watchers)
      if (!folders.has(folder)) {
        watcher.close();
        this.#watchers.delete(folder);
      }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#add(folder);
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #add(folder: string): void {
    let watcher: FSWatcher;
    try {
      watcher = watch(folder, (_event, name) => {
        if (name === null || EXTENSIONS.includes(extname(name))) this.#notice();
      });
    } catch (error) {
      // A folder that is gone is looked for again when something else changes.
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
      throw error;
    }
    watcher.on("error", () => {
      watcher.close();
      this.#watchers.delete(folder);
      this.#notice();
    });
    this.#watchers.set(folder, watcher);
  }

  #notice(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, QUIET_MS);
  }
}
