// @ts-check
/** Makes what `make run` needs: `node tools/prepare/main.js MAKE`. Needs nothing but Node.js, as nothing is installed yet. */

import { Display } from "./display.js";
import { join } from "node:path";
import { phasesOf } from "./phases.js";
import { prepare } from "./prepare.js";
import { repositoryRoot } from "../repository.js";

process.exitCode = await prepare(phasesOf(process.argv[2] ?? "make"), {
  output: new Display(process.stdout),
  errors: new Display(process.stderr),
  logs: join(repositoryRoot, "build/log"),
});
