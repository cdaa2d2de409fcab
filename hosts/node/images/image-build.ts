/** Makes an image of a user's own source, which engines can run. */

import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { RollupCache } from "rollup";
import type { Image, startImage } from "../../../src/image.js";
import { bundle, writeBundle, type Bundle, type BundleEntry } from "./bundle.js";
import { Compiler } from "./compile.js";
import { placeInStack } from "./error-place.js";
import { MODULES } from "../package.js";
import { SourceError } from "./source-error.js";

/** Entry for an engine with a process of its own: a path below the folder of modules. */
export const XS_MAIN = "main.js";
/** The module that such an engine loads first. */
export const XS_PLATFORM = "hosts/xs/platform";

/** What the module for Node.js exports. */
export interface ImageModule {
  readonly image: Image;
  readonly startImage: typeof startImage;
}

/** An image that can be run. */
export interface BuiltImage {
  /** Folder of its modules: {@link XS_MAIN} is the main one for XS. */
  readonly folder: string;
  /** Path of the module that Node.js runs: an {@link ImageModule}. */
  readonly nodeModule: string;
  readonly image: Image;
  /** The same for the same code. */
  readonly digest: string;
}

function entriesOf(source: string): Record<string, BundleEntry> {
  const own = (path: string): string => JSON.stringify(join(MODULES, path));
  const user = JSON.stringify(source);
  return {
    [XS_PLATFORM]: { path: join(MODULES, `${XS_PLATFORM}.js`) },
    main: {
      text: [
        `import { crypto } from ${own("hosts/xs/crypto.js")};`,
        `import { openKeyValue } from ${own("hosts/xs/storage.js")};`,
        `import { deviceMain } from ${own("hosts/xs/device-main.js")};`,
        `import * as user from ${user};`,
        "export default deviceMain(user.default, { crypto, openKeyValue });",
      ].join("\n"),
    },
    image: {
      text: [
        `import * as user from ${user};`,
        // A source without a default export is told so.
        "export const image = user.default;",
        `export { startImage } from ${own("src/image.js")};`,
      ].join("\n"),
    },
  };
}

/** Builds one source again and again; folders of earlier builds stay until `close`. */
export class ImageBuilder {
  readonly #path: string;
  readonly #compiler: Compiler;
  readonly #folders = mkdtempSync(join(tmpdir(), "coapsule-image-"));
  #cache: RollupCache | undefined;
  #count = 0;

  /** @param path of the source with the image as its default export */
  constructor(path: string) {
    this.#path = resolve(path);
    this.#compiler = new Compiler([this.#path]);
    // Stacks then name the sources, not what was made of them.
    process.setSourceMapsEnabled(true);
  }

  /** Paths of the sources that the last build has read. */
  get watched(): readonly string[] {
    return this.#compiler.watched;
  }

  /** @throws {SourceError} */
  async build(): Promise<BuiltImage> {
    const compilation = this.#compiler.compile();
    const [source = this.#path] = compilation.entries;
    const made = await bundle({ entries: entriesOf(source), compilation, cache: this.#cache });
    this.#cache = made.cache;
    this.#count += 1;
    const folder = join(this.#folders, String(this.#count));
    writeBundle(made, folder);
    const nodeModule = join(folder, "image.js");
    return { folder, nodeModule, image: await loadImage(nodeModule, source), digest: digestOf(made) };
  }

  /** Removes what was built. */
  close(): void {
    rmSync(this.#folders, { recursive: true, force: true });
  }
}

function digestOf({ modules }: Bundle): string {
  const hash = createHash("sha256");
  for (const { path, code } of modules) hash.update(path).update("\0").update(code).update("\0");
  return hash.digest("hex");
}

/** @throws {SourceError} where it exports no image, or throws while it is loaded */
async function loadImage(path: string, source: string): Promise<Image> {
  let module: Partial<ImageModule>;
  try {
    module = (await import(pathToFileURL(path).href)) as Partial<ImageModule>;
  } catch (error) {
    throw new SourceError([{ file: source, ...placeInStack(error), text: String(error) }], { cause: error });
  }
  const { image } = module;
  if (!isImage(image))
    throw new SourceError([
      {
        file: source,
        line: 1,
        text: "expected an image as default export: export default image({ features: () => [] })",
      },
    ]);
  return image;
}

function isImage(value: unknown): value is Image {
  if (typeof value !== "object" || value === null) return false;
  const { configuration, features } = value as Partial<Image>;
  return typeof features === "function" && typeof configuration === "object" && "port" in configuration;
}
