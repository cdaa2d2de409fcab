/** Programs that others wrote, as child processes: they end with the test, whatever happens. */

import { spawn, type ChildProcess } from "node:child_process";
import { HANG_MS, LONG_TEST_MS } from "../../hang.js";

/** Where the programs come from: Debian's packages, which `make test` installs. */
const PACKAGES: Readonly<Record<string, string>> = {
  "coap-client-notls": "libcoap3-bin",
  "coap-client-openssl": "libcoap3-bin",
  "coap-rd-notls": "libcoap3-bin",
  "coap-server-notls": "libcoap3-bin",
  "coap-server-openssl": "libcoap3-bin",
  ip: "iproute2",
  nsenter: "util-linux",
  text2pcap: "wireshark-common",
  tshark: "tshark",
  unshare: "util-linux",
};

function explain(program: string, error: NodeJS.ErrnoException): Error {
  if (error.code !== "ENOENT") return error;
  return new Error(`expected the program ${program}, of Debian's package ${PACKAGES[program] ?? program}`);
}

/** A program in the background. */
export class PeerProcess {
  readonly #child: ChildProcess;
  readonly #name: string;
  readonly #ended: Promise<void>;
  readonly #watchers = new Set<() => void>();
  #failure: Error | undefined;
  #hasEnded = false;
  /** Standard output and standard error, as they came. */
  output = "";

  constructor(program: string, args: readonly string[]) {
    this.#name = [program, ...args].join(" ");
    // Its input is a pipe: a program that reads it ends when this process does.
    this.#child = spawn(program, args, { timeout: LONG_TEST_MS, killSignal: "SIGKILL" });
    const read = (chunk: Buffer): void => {
      this.output += chunk.toString();
      this.#wake();
    };
    // Who writes to a program that has ended learns it when it waits for an answer.
    this.#child.stdin!.on("error", () => {});
    this.#child.stdout!.on("data", read);
    this.#child.stderr!.on("data", read);
    this.#ended = new Promise<void>((resolve) => {
      this.#child.on("error", (error) => {
        this.#failure = explain(program, error);
        resolve();
      });
      this.#child.on("close", resolve);
    }).then(() => {
      this.#hasEnded = true;
      this.#wake();
    });
  }

  /** @throws {Error} when it did not start */
  get pid(): number {
    if (this.#child.pid === undefined) throw this.#failure ?? new Error(`expected ${this.#name} to run`);
    return this.#child.pid;
  }

  /** Writes to its standard input. */
  write(text: string): void {
    this.#child.stdin!.write(text);
  }

  /** Resolves when the output has a match. @throws {Error} when the program ends without */
  async waitFor(pattern: RegExp): Promise<RegExpExecArray> {
    await this.waitUntil((output) => pattern.test(output), String(pattern));
    return pattern.exec(this.output)!;
  }

  /** Resolves when the output fits. @param expected for the error @throws {Error} when the program ends before */
  async waitUntil(fits: (output: string) => boolean, expected: string): Promise<void> {
    while (!fits(this.output)) {
      if (this.#hasEnded)
        throw this.#failure ?? new Error(`expected ${expected} from ${this.#name}, got:\n${this.output}`);
      await new Promise<void>((resolve) => this.#watchers.add(resolve));
    }
  }

  /** Resolves with all output when the program has ended by itself. */
  async end(): Promise<string> {
    await this.#ended;
    if (this.#failure) throw this.#failure;
    return this.output;
  }

  /** Kills it, so that it has no time to say goodbye. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  #wake(): void {
    for (const watcher of this.#watchers) watcher();
    this.#watchers.clear();
  }
}

/** Runs `use` with a program in the background, which is killed at the end. */
export async function withPeer<T>(
  program: string,
  args: readonly string[],
  use: (peer: PeerProcess) => Promise<T>,
): Promise<T> {
  const peer = new PeerProcess(program, args);
  try {
    return await use(peer);
  } finally {
    await peer.kill();
  }
}

export interface Outcome {
  readonly exitCode: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs a program to its end. @throws {Error} when there is no such program */
export function runPeer(program: string, args: readonly string[], input = ""): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { timeout: HANG_MS, killSignal: "SIGKILL" });
    const stdout: Buffer[] = [];
    let stderr = "";
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString()));
    child.on("error", (error) => reject(explain(program, error)));
    child.on("close", (exitCode) => resolve({ exitCode, stdout: Buffer.concat(stdout), stderr }));
    // A program that does not read its input closes it.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}
