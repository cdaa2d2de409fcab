/** Starts an engine as a process and collects what it writes. */

import { spawn } from "node:child_process";

/** A test that writes nothing for so long hangs. */
const HANG_MS = 150_000;
/** In QEMU, where a test takes some thirty times as long. */
export const QEMU_SILENCE_MS = 480_000;

export interface HostRun {
  /** Exit code, or null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WatchOptions {
  /** It is killed when it has written nothing for so long. */
  readonly silenceMs?: number;
  /** Is called whenever it has written something. */
  readonly onOutput?: (() => void) | undefined;
}

/**
 * Runs `binary` to its end; kills it where it is silent for too long.
 */
export function runHost(
  binary: string,
  args: readonly string[],
  { silenceMs = HANG_MS, onOutput }: WatchOptions = {},
): Promise<HostRun> {
  return new Promise((resolve, reject) => {
    const process = spawn(binary, args, { stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    const timer = setTimeout(() => {
      stderr += `\nkilled after ${silenceMs / 1000} s without output`;
      process.kill("SIGKILL");
    }, silenceMs);
    process.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      timer.refresh();
      onOutput?.();
    });
    process.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      timer.refresh();
    });
    process.on("error", reject);
    process.on("close", (code, signal) => {
      clearTimeout(timer);
      resolve({ code, signal, stdout, stderr });
    });
  });
}
