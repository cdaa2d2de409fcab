/** What building and running an engine needs of the system, by the names of Debian's packages. */

import { spawnSync } from "node:child_process";

/** One program, or what it must be able to do. */
export interface Requirement {
  /** Debian's package. */
  readonly debianPackage: string;
  /** Succeeds where it is there. */
  readonly probe: readonly [command: string, ...args: readonly string[]];
  /** Its standard input. */
  readonly input?: string;
}

const PROGRAM = "int main(void) { return 0; }";
const TO_NOWHERE = ["-x", "c", "-o", "/dev/null", "-"];
const RISCV = ["--specs=picolibc.specs", "-march=rv32imac", "-mabi=ilp32"];

const MAKE: Requirement = { debianPackage: "make", probe: ["make", "--version"] };
const NPM: Requirement = { debianPackage: "npm", probe: ["npm", "--version"] };
const GCC: Requirement = { debianPackage: "gcc", probe: ["gcc", "--version"] };
const C_LIBRARY: Requirement = { debianPackage: "libc6-dev", probe: ["gcc", ...TO_NOWHERE], input: PROGRAM };

/** What makes the engine on this machine, and the compiler of bytecode. */
export const NATIVE_REQUIREMENTS: readonly Requirement[] = [MAKE, NPM, GCC, C_LIBRARY];

/** What makes the engine of the bare microcontroller. */
export const RISCV_REQUIREMENTS: readonly Requirement[] = [
  ...NATIVE_REQUIREMENTS,
  { debianPackage: "gcc-riscv64-unknown-elf", probe: ["riscv64-unknown-elf-gcc", "--version"] },
  {
    debianPackage: "picolibc-riscv64-unknown-elf",
    probe: ["riscv64-unknown-elf-gcc", ...RISCV, "-x", "c", "-c", "-o", "/dev/null", "-"],
    input: `#include <stdio.h>\n${PROGRAM}`,
  },
];

/** What runs it. */
export const QEMU_REQUIREMENTS: readonly Requirement[] = [
  { debianPackage: "qemu-system-misc", probe: ["qemu-system-riscv32", "--version"] },
];

/** Whether the compiler makes programs for a 32-bit machine; Debian has that in gcc-multilib. */
export function makes32BitPrograms(): boolean {
  return isMet({ debianPackage: "gcc-multilib", probe: ["gcc", "-m32", ...TO_NOWHERE], input: PROGRAM });
}

function isMet({ probe: [command, ...args], input = "" }: Requirement): boolean {
  return spawnSync(command, args, { input, stdio: ["pipe", "ignore", "ignore"] }).status === 0;
}

/** Debian's packages that are missing. */
export function missingPackages(requirements: readonly Requirement[]): string[] {
  return requirements.filter((each) => !isMet(each)).map(({ debianPackage }) => debianPackage);
}
