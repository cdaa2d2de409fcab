/** Starts a device on the engine that is named. */

import type { RunningDevice } from "./device.js";
import type { NodeDeviceOptions } from "./node-device.js";
import type { RiscvDeviceOptions } from "./riscv-device.js";
import type { XsDeviceOptions } from "./xs-device.js";

export type DeviceOptions =
  | ({ readonly engine: "node" } & NodeDeviceOptions)
  | ({ readonly engine: "riscv" } & RiscvDeviceOptions)
  | ({ readonly engine: "xs" } & XsDeviceOptions);

/** Starts it; only that engine's code is loaded. @throws {DeviceStartError} when something is missing @throws as `start` on Node.js */
export async function startDevice(options: DeviceOptions): Promise<RunningDevice> {
  switch (options.engine) {
    case "node": {
      const { startNodeDevice } = await import("./node-device.js");
      return startNodeDevice(options);
    }
    case "riscv": {
      const { RiscvDevice } = await import("./riscv-device.js");
      return new RiscvDevice(options);
    }
    case "xs": {
      const { XsDevice } = await import("./xs-device.js");
      return new XsDevice(options);
    }
  }
}
