import { Argument, Command, Option } from "commander";
import { readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { FailureError } from "../exit-code.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { runAll, type TestEngine } from "../testing/run-all.js";

const ENGINES: readonly TestEngine[] = ["node", "xs", "riscv"];
const TEST = /\.test\.m?[jt]s$/u;
const PASSED_OVER = /^(?:\..*|node_modules)$/u;

/** `coapsule test` */
export function testCommand(interruption: Interruption): Command {
  const summary = "Run tests of devices on their engines";
  const command = new Command("test")
    .summary(summary)
    .description(
      `${summary}, in virtual time: files that import describe, it and assert from "coapsule/testing". The exit code is 1 when a test failed.`,
    )
    .addArgument(
      new Argument("[files...]", "files or folders; all *.test.ts and *.test.js below them, or below here"),
    )
    .addOption(
      new Option(
        "-e, --engine <name>",
        "JavaScript engine: Node.js, Moddable XS here or on a RISC-V board in QEMU",
      )
        .choices([...ENGINES, "all"])
        .default("all"),
    );
  addExamples(command, [
    ["coapsule test", "all tests of this folder, on all engines"],
    ["coapsule test temperature.test.ts --engine xs", "one file on one engine"],
  ]);
  return command.action(async (files: readonly string[]) => {
    const { engine } = command.opts<{ readonly engine: TestEngine | "all" }>();
    const paths = (files.length === 0 ? ["."] : files).flatMap(testFiles);
    if (paths.length === 0)
      throw new FailureError("there are no tests here: expected files such as device.test.ts");
    const engines = engine === "all" ? ENGINES : [engine];
    await runAll(paths, engines, interruption.signal);
  });
}

/** A file as it is; those of a folder, sorted. @throws {FailureError} for what is not there */
function testFiles(path: string): string[] {
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined) throw new FailureError(`${path}: there is no such file`);
  return kind.isDirectory() ? testsBelow(resolve(path)).sort() : [resolve(path)];
}

function testsBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return PASSED_OVER.test(entry.name) ? [] : testsBelow(join(folder, entry.name));
    return TEST.test(entry.name) ? [join(folder, entry.name)] : [];
  });
}
