/** Programs that open what one program at a time may have, also as process 1 of a namespace of their own. */

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { skip } from "../../../../skip.js";

export const PROGRAM = fileURLToPath(new URL("holder-program.js", import.meta.url));

/** A shell with further mounts of its own; `--kill-child` ends it with the command. */
const IN_NAMESPACE = [
  ...["unshare", "--pid", "--mount", "--fork", "--kill-child"],
  ...(process.getuid?.() === 0 ? [] : ["--map-root-user"]),
  ...["sh", "-ec"],
];

/** What is opened. */
export type Kind = "flash" | "folder" | "contexts";

/** Skips a test, or the tests of a group, where namespaces are not permitted. */
export function requireNamespaces(context: Mocha.Context): void {
  const [command, ...args] = IN_NAMESPACE;
  if (spawnSync(command!, [...args, "mount -t tmpfs tmpfs /mnt"]).status !== 0)
    skip(context, "namespaces of processes and mounts (unshare, of util-linux) are not permitted here");
}

/** What a shell script in namespaces of its own prints, errors included. @param args $1 and so on */
export function runInNamespace(script: string, ...args: readonly string[]): Promise<string> {
  const [command, ...before] = IN_NAMESPACE;
  const shell = spawn(command!, [...before, `exec 2>&1\n${script}`, "sh", ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  return text(shell.stdout);
}

export interface HolderOptions {
  /** Shell commands that make mounts, for a program in namespaces of its own. */
  readonly mounts?: string;
  /** Where commands are looked for. */
  readonly path?: string;
  /** It starts another program, which outlives it. */
  readonly withChild?: true;
}

/** A program that runs until it is killed. */
export class Holder {
  readonly #process: ChildProcess;
  readonly #closed: Promise<unknown>;

  constructor(kind: Kind, path: string, { mounts, path: PATH, withChild }: HolderOptions = {}) {
    const program = [process.execPath, PROGRAM, kind, path, ...(withChild ? ["child"] : [])];
    const inNamespace = mounts === undefined ? [] : [...IN_NAMESPACE, `${mounts}\nexec "$@"`, "sh"];
    const [command, ...args] = [...inNamespace, ...program];
    this.#process = spawn(command!, args, {
      stdio: ["pipe", "pipe", "inherit"],
      ...(PATH !== undefined && { env: { ...process.env, PATH } }),
    });
    this.#closed = once(this.#process, "close");
  }

  /** The line that it prints. */
  async said(): Promise<string> {
    const [line] = (await once(this.#process.stdout!, "data")) as [Buffer];
    return line.toString().trimEnd();
  }

  async kill(): Promise<void> {
    this.#process.kill("SIGKILL");
    await this.#closed;
  }
}

/** What a program says that tries to open it, and ends. */
export async function tryToOpen(kind: Kind, path: string, options?: HolderOptions): Promise<string> {
  const holder = new Holder(kind, path, options);
  try {
    return await holder.said();
  } finally {
    await holder.kill();
  }
}
