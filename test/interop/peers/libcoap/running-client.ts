/** libcoap's client as the table of scenarios wants it: the program does one request, so that each has one of its own. */

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HANG_MS } from "../../../hang.js";
import { withFolder } from "../../../node/cli/temporary-folder.js";
import type { PeerRequest, PeerResponse, RunningClient } from "../../scenarios/peer.js";
import { runPeer } from "../peer-process.js";

/** What it prints of each message, at a level that it has for that. */
const LEVEL = "6";
const RESPONSE = /^v:\S+ t:\S+ c:([2-5]\.\d\d) i:\S+ \{[^}]*\} \[(.*?) \]/gmu;
const ETAG = /ETag:0x([\da-f]+)/u;

class LibcoapRunningClient implements RunningClient {
  readonly #program: string;
  readonly #trust: readonly string[];
  readonly #responses: Promise<PeerResponse>[] = [];

  /** @param trust arguments that it needs beside those of a request */
  constructor(program: string, trust: readonly string[]) {
    this.#program = program;
    this.#trust = trust;
  }

  send(request: PeerRequest): void {
    const before = this.#responses.at(-1) ?? Promise.resolve();
    const response = before.then(() => this.#ask(request));
    response.catch(() => {});
    this.#responses.push(response);
  }

  answers(count: number): Promise<readonly PeerResponse[]> {
    return Promise.all(this.#responses.slice(0, count));
  }

  #ask({ method, uri, payload, contentFormat, etags, non, blockSize }: PeerRequest): Promise<PeerResponse> {
    return withFolder(async (folder) => {
      const [input, output] = [join(folder, "input"), join(folder, "output")];
      await writeFile(input, payload ?? "");
      await writeFile(output, "");
      const args = [
        ...["-v", LEVEL, "-B", String(HANG_MS / 1000), "-m", method.toLowerCase(), "-o", output],
        ...(payload === undefined ? [] : ["-f", input]),
        ...(contentFormat === undefined ? [] : ["-t", String(contentFormat)]),
        ...(etags ?? []).flatMap((etag) => ["-O", `4,0x${etag}`]),
        ...(non === true ? ["-N"] : []),
        ...(blockSize === undefined ? [] : ["-b", String(blockSize)]),
      ];
      const { stdout, stderr } = await runPeer(this.#program, [...this.#trust, ...args, uri]);
      // The last one: those of blocks come before.
      const [, code, options = ""] = [...stdout.toString("latin1").matchAll(RESPONSE)].at(-1) ?? [];
      if (code === undefined) throw new Error(`expected a response from ${this.#program}, got: ${stderr}`);
      const diagnostic = /^\d\.\d\d (.*)$/mu.exec(stderr)?.[1] ?? "";
      const body = code.startsWith("2") ? await readFile(output) : Buffer.from(diagnostic);
      return { code, payload: body, etag: ETAG.exec(options)?.[1] ?? null };
    });
  }
}

/** Runs `use` with it. @param program the client for the transport @param trust what else it needs */
export function withRunningClient<T>(
  program: string,
  trust: readonly string[],
  use: (client: RunningClient) => Promise<T>,
): Promise<T> {
  return use(new LibcoapRunningClient(program, trust));
}
