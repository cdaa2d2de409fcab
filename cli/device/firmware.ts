/** An image of firmware/ on each engine, started with a configuration. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Engine, RunningDevice } from "../../hosts/node/devices/device.js";
import { configurationArguments, type ConfigurationOf } from "../../src/configuration.js";
import { startImage, type Image } from "../../src/image.js";
import { MODULES } from "../../hosts/node/package.js";
import { startDevice } from "../../hosts/node/devices/start-device.js";
import { DEFAULT_IMAGE } from "./images.js";

const RISCV = join(MODULES, "../riscv");

/** What runs. */
export interface Firmware {
  /** Name of an image of firmware/. */
  readonly name: string;
  readonly image: Image;
  /** Values of its configuration. */
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** What it runs on. */
export interface Board {
  /** JavaScript memory of the application, in bytes; Node.js has no limit. */
  readonly arenaBytes: number;
  /** File that is its flash memory, made where it is missing; without it, the device forgets at its end. */
  readonly flash?: string | undefined;
}

function riscvImage(name: string): string {
  return join(RISCV, `${name}.elf`);
}

/** Whether an image of firmware/ is built for RISC-V. */
export function hasRiscvImage(name = DEFAULT_IMAGE): boolean {
  return existsSync(riscvImage(name));
}

/** Starts it. @throws {DeviceStartError} when engine or image are not built, or its flash memory cannot be used */
export function startFirmware(
  engine: Engine,
  { name, image, configuration }: Firmware,
  { arenaBytes, flash }: Board,
): Promise<RunningDevice> {
  const args = configurationArguments(configuration);
  const program = { main: `firmware/${name}/xs.js`, args, arenaBytes, flash };
  switch (engine) {
    case "xs":
      return startDevice({ engine, modulesFolder: MODULES, ...program });
    case "riscv":
      return startDevice({ engine, image: riscvImage(name), ...program });
    case "node":
      return startDevice({
        engine,
        start: (platform) =>
          startImage(image, platform, configuration as ConfigurationOf<typeof image.configuration>),
        flash,
      });
  }
}
