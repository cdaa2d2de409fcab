/** What went wrong with an input, and the shortest input with which the same goes wrong. */

import { concatBytes } from "../src/bytes/concat.js";
import { execute, type Target } from "./target.js";

export interface Finding {
  /** The same for findings that have the same cause. */
  readonly cause: string;
  /** What happened, with a stack where there is one. */
  readonly report: string;
  readonly input: Uint8Array;
}

/** Numbers and quoted text differ from input to input; the rest tells the cause. */
export function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [line = ""] = error.message.split("\n");
  return `${error.name}: ${line.replace(/'.*'|".*"|[0-9a-f]*\d[0-9a-f]*/gu, "…")}`;
}

async function fails(target: Target, input: Uint8Array, cause: string): Promise<boolean> {
  const outcome = await execute(target, input);
  return typeof outcome === "object" && causeOf(outcome.error) === cause;
}

/** Removes ever smaller parts of the input while its failure has the same cause. */
export async function minimize(target: Target, input: Uint8Array, cause: string): Promise<Uint8Array> {
  let shortest = input;
  for (let size = input.length >> 1; size > 0; size >>= 1)
    for (let at = 0; at + size <= shortest.length;) {
      const shorter = concatBytes([shortest.subarray(0, at), shortest.subarray(at + size)]);
      if (await fails(target, shorter, cause)) shortest = shorter;
      else at += size;
    }
  return shortest;
}

/** The finding for an input that fails, with the stack that the loop itself goes without. */
export async function describeFailure(target: Target, input: Uint8Array, cause: string): Promise<Finding> {
  const shortest = await minimize(target, input, cause);
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 8;
  const outcome = await execute(target, shortest);
  Error.stackTraceLimit = stackTraceLimit;
  const error = typeof outcome === "object" ? outcome.error : undefined;
  return { cause, report: error instanceof Error ? (error.stack ?? cause) : cause, input: shortest };
}
