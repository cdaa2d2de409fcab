/** The images that the project has: firmware/. */

import { readdirSync } from "node:fs";
import type { Image } from "../../src/image.js";

const FOLDER = new URL("../../firmware/", import.meta.url);
/** The one that runs where none is named. */
export const DEFAULT_IMAGE = "standard";

/** In order. */
export function imageNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith(".js"))
    .map((file) => file.slice(0, -".js".length))
    .sort();
}

/** @param name one of {@link imageNames} */
export async function loadImage(name: string): Promise<Image> {
  const module = (await import(new URL(`${name}.js`, FOLDER).href)) as { readonly default: Image };
  return module.default;
}
