/** Runs one file of portable tests on the XS host. */

import { resultOf, type FileResult } from "../../../cli/testing/result.js";
import type { RunTarget } from "./target.js";

/** Runs `file` on an engine. @param options of the host @param onOutput is called while its tests run */
export async function runFile(
  runTarget: RunTarget,
  options: readonly string[],
  file: string,
  onOutput?: () => void,
): Promise<FileResult> {
  const run = await runTarget([...options, "--preload", file, "test/boards/xs-runner.js"], onOutput);
  return resultOf(file, run);
}
