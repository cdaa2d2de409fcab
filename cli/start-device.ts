/** Starts a device on the engine that is named. */

import type { RunningDevice } from "../hosts/node/devices/device.js";
import type { NodeDeviceOptions } from "../hosts/node/devices/node-device.js";
import type { RiscvDeviceOptions } from "./riscv-device.js";
import type { XsDeviceOptions } from "./xs-host.js";

export type DeviceOptions =
  | ({ readonly engine: "node" } & NodeDeviceOptions)
  | ({ readonly engine: "riscv" } & RiscvDeviceOptions)
  | ({ readonly engine: "xs" } & XsDeviceOptions);

/** Starts it; only that engine's code is loaded. @throws {DeviceStartError} when something is missing @throws as `start` on Node.js */
export async function startDevice(options: DeviceOptions): Promise<RunningDevice> {
  switch (options.engine) {
    case "node": {
      const { startNodeDevice } = await import("../hosts/node/devices/node-device.js");
      return startNodeDevice(options);
    }
    case "riscv": {
      const { RiscvDevice } = await import("./riscv-device.js");
      return new RiscvDevice(options);
    }
    case "xs": {
      const { XsDevice } = await import("./xs-host.js");
      return new XsDevice(options);
    }
  }
}
