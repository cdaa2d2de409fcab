/** Opens what one program at a time may have, says `held by` and its process ID, or why not, and keeps it until its input ends. */

import { spawn } from "node:child_process";
import { FileContexts } from "../../../../../services/credentials/file-contexts.js";
import { FileFlash } from "../../../../../hosts/node/storage/file-flash.js";
import { NodeKeyValue } from "../../../../../hosts/node/storage/key-value.js";

const OPEN = {
  flash: (path: string) => new FileFlash({ path }),
  folder: (path: string) => new NodeKeyValue(path),
  // Its state is written.
  contexts: (path: string) => new FileContexts([path]).contexts.get(path)!.security.nextPartialIv(),
} as const;

const [kind, path = "", withChild] = process.argv.slice(2) as [keyof typeof OPEN, string?, string?];
try {
  OPEN[kind](path);
  // One that outlives it.
  const child = withChild && spawn("sleep", ["60"], { stdio: "ignore", detached: true });
  process.stdout.write(`held by ${process.pid}${child ? ` with ${child.pid}` : ""}\n`);
  process.stdin.resume();
  process.stdin.on("end", () => process.exit());
} catch (error) {
  process.stdout.write(`${String(error)}\n`);
}
