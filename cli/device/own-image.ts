/** A device of a user's own: its image is built of a source, and again with `--watch` whenever that changes. */

import type { Engine, RunningDevice } from "../../hosts/node/devices/device.js";
import { ImageBuilder, type BuiltImage } from "../../hosts/node/images/image-build.js";
import { SourceError } from "../../hosts/node/images/source-error.js";
import { startBuiltImage } from "../../hosts/node/images/start-image.js";
import { SourceWatcher } from "../../hosts/node/images/watch-sources.js";
import { configurationArguments } from "../../src/configuration.js";
import type { Image } from "../../src/image.js";
import { engineProgram } from "../engine-progress.js";
import { FailureError } from "../exit-code.js";
import type { Interruption } from "../interruption.js";
import { printable } from "../present/printable.js";

/** How a device of one's own is run. */
export interface OwnRun {
  readonly engine: Engine;
  readonly arenaBytes: number;
  readonly flash: string | undefined;
  /** The values for an image, whose configuration may have changed. */
  readonly configure: (image: Image) => Promise<Readonly<Record<string, unknown>>>;
}

/** One source, built. */
export class OwnImage {
  readonly #builder: ImageBuilder;
  #built: BuiltImage;
  /** The person at the terminal has last been told of errors. */
  #hasErrors = false;

  private constructor(builder: ImageBuilder, built: BuiltImage) {
    this.#builder = builder;
    this.#built = built;
  }

  /** Builds it. @throws {SourceError} */
  static async build(path: string): Promise<OwnImage> {
    const builder = new ImageBuilder(path);
    process.once("exit", () => builder.close());
    try {
      return new OwnImage(builder, await builder.build());
    } catch (error) {
      builder.close();
      throw error;
    }
  }

  get image(): Image {
    return this.#built.image;
  }

  /** Runs it until it ends or the command is interrupted. @throws {FailureError} when it ends by itself */
  async run(run: OwnRun, interruption: Interruption): Promise<void> {
    try {
      await provide(run.engine, interruption.signal);
      const device = await this.#start(run);
      const code = await Promise.race([device.ended, interruption.happened]);
      if (code !== undefined) throw new FailureError(`the device ended with code ${code}`);
      await device.stop();
    } finally {
      this.#builder.close();
    }
  }

  /** Runs it, and what becomes of it: a device that has ended, or whose source has errors, waits for the next change. */
  async watch(run: OwnRun, interruption: Interruption): Promise<void> {
    const changes = new Changes();
    const watcher = new SourceWatcher(() => changes.happen());
    interruption.signal.addEventListener("abort", () => changes.happen(), { once: true });
    const isOver = (): boolean => interruption.signal.aborted;
    let device: RunningDevice | undefined;
    try {
      await provide(run.engine, interruption.signal);
      for (let isNew = true; !isOver(); isNew = await this.#rebuild()) {
        watcher.watch(this.#builder.watched);
        if (isNew || device === undefined) {
          const old = device;
          device = undefined;
          await old?.stop();
          const started = await this.#start(run);
          device = started;
          void started.ended.then((code) => {
            if (device !== started || isOver()) return;
            device = undefined;
            say(`the device ended with code ${code}: it starts again when a source has changed`);
          });
        }
        await changes.next();
      }
    } finally {
      watcher.close();
      const last = device;
      device = undefined;
      await last?.stop();
      this.#builder.close();
    }
  }

  /** @returns whether there is something new to run; errors of the sources are printed */
  async #rebuild(): Promise<boolean> {
    try {
      const built = await this.#builder.build();
      const isNew = built.digest !== this.#built.digest;
      this.#built = built;
      if (this.#hasErrors && !isNew) say("the errors are mended, the code is as before: the device goes on");
      this.#hasErrors = false;
      return isNew;
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      this.#hasErrors = true;
      say(error.message);
      return false;
    }
  }

  async #start({ engine, arenaBytes, flash, configure }: OwnRun): Promise<RunningDevice> {
    const args = configurationArguments(await configure(this.image));
    const onFlashBytes = (bytes: number): void =>
      say(`the image takes ${bytes} bytes of flash, beside the engine`);
    return startBuiltImage(this.#built, { engine, args, arenaBytes, flash, onFlashBytes });
  }
}

async function provide(engine: Engine, signal: AbortSignal): Promise<void> {
  if (engine !== "node") await engineProgram(engine, signal);
}

function say(text: string): void {
  for (const line of text.split("\n")) process.stderr.write(`${printable(line)}\n`);
}

/** Changes that nobody has looked at yet; several are one. */
class Changes {
  #hasHappened = false;
  #wake: (() => void) | undefined;

  happen(): void {
    this.#hasHappened = true;
    this.#wake?.();
  }

  /** Resolves at the next one, or at once where one has happened since. */
  async next(): Promise<void> {
    if (!this.#hasHappened)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#hasHappened = false;
  }
}
