/**
 * Runs an image on the XS host. For each image the build makes a main module that says which image, and which ports
 * that not every image has.
 */

import { parseConfiguration } from "../../src/configuration.js";
import { startImage, type Image } from "../../src/image.js";
import type { Console } from "../../src/ports/console.js";
import type { Crypto } from "../../src/ports/crypto.js";
import type { KeyValue } from "../../src/ports/key-value.js";
import { noStorage } from "./no-storage.js";
import type { Main } from "./platform.js";

/** What an image carries only where its features need it. */
export interface ImagePorts {
  readonly crypto?: Crypto;
  readonly openKeyValue?: (console: Console) => KeyValue;
}

/** Its arguments are those of the image's configuration: `--port 5683`. */
export function deviceMain(image: Image, { crypto, openKeyValue }: ImagePorts): Main {
  return async (platform, args) => {
    try {
      const { console } = platform;
      const ports = { keyValue: openKeyValue?.(console) ?? noStorage, ...(crypto && { crypto }) };
      await startImage(image, { ...platform, ...ports }, parseConfiguration(image.configuration, args));
    } catch (error) {
      platform.console.log(`device: ${String(error)}`);
      platform.exit(1);
    }
  };
}
