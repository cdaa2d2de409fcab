/** The engines that a user's tests run on. */

import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { QEMU, qemuArguments } from "../../hosts/node/devices/qemu/machine.js";
import { compileBytecode } from "../../hosts/node/images/bytecode.js";
import { XS_CRYPTO, type BuiltTest } from "../../hosts/node/images/test-build.js";
import { QEMU_SILENCE_MS, runHost, type HostRun } from "./run-host.js";

const NODE_MAIN = fileURLToPath(new URL("node-main.js", import.meta.url));

/** Runs one file of tests to its end. */
export type RunTest = (test: BuiltTest) => Promise<HostRun>;

/** On Node.js. */
export const runOnNode: RunTest = ({ node }) => runHost(process.execPath, [NODE_MAIN, node]);

/** On the XS engine here. @param program its path @param folder of the modules */
export function runOnXs(program: string, folder: string): RunTest {
  return ({ xs }) => runHost(program, ["--modules", folder, "--preload", XS_CRYPTO, xs]);
}

/** On the microcontroller, in QEMU, without a network. @param program path of the engine @param folder of the modules */
export function runOnRiscv(program: string, folder: string): RunTest {
  return ({ xs }) => {
    const modules = join(folder, `${xs}b`);
    compileBytecode(folder, [XS_CRYPTO, xs], modules);
    const args = ["--preload", XS_CRYPTO, xs];
    return runHost(QEMU, qemuArguments({ image: program, modules, args }), { silenceMs: QEMU_SILENCE_MS });
  };
}
