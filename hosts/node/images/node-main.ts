/**
 * Runs a built image on Node.js, in a process of its own as on the other engines.
 *
 *   node node-main.js MODULE FLASH [--port N]...
 *
 * MODULE is that of the image; FLASH is the file that is the flash memory, or an empty argument. SIGTERM ends it, and so
 * does the end of the process that has started it.
 */

import { pathToFileURL } from "node:url";
import { parseConfiguration } from "../../../src/configuration.js";
import { nodePlatform } from "../platform.js";
import type { ImageModule } from "./image-build.js";

const FAILED = 1;
const TERMINATED = 143;

const [path = "", flash = "", ...args] = process.argv.slice(2);
process.setSourceMapsEnabled(true);
process.once("disconnect", () => process.exit(TERMINATED));
try {
  const { image, startImage } = (await import(pathToFileURL(path).href)) as ImageModule;
  const platform = nodePlatform(flash === "" ? {} : { flash });
  const device = await startImage(image, platform, parseConfiguration(image.configuration, args));
  process.once("SIGTERM", () => {
    void device.stop().finally(() => process.exit(TERMINATED));
  });
} catch (error) {
  console.error(`device: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(FAILED);
}
