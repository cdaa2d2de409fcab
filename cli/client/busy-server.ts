/** A server that is busy, and says when it may be asked again: 5.03 (RFC 7252 §5.9.3.4) and 4.29 (RFC 8516 §4). */

import { formatCode } from "../../src/coap/codec/code.js";
import { ResponseError } from "../../src/coap/errors.js";
import { pause } from "../pause.js";

/**
 * How long a command waits for busy servers in all, in seconds: no longer than a person does. Who is not protected can be
 * made to wait so long by anybody.
 */
export const MAX_BUSY_WAIT_S = 30;
/** Shortest wait, in seconds: a Max-Age of 0 is no reason to ask without a pause. */
const MIN_BUSY_WAIT_S = 1;

export interface RetryOptions {
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Whether `ask` may be called again. */
  readonly isRepeatable: boolean;
  /** How long all may take, in milliseconds; absent is as long as it takes. */
  readonly timeoutMs?: number;
  /** Told, in words, that the server is asked again. */
  readonly say: (line: string) => void;
  /** Waits, until the signal says otherwise. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/**
 * Asks; where the server is busy, again after the time that it wants, as long as {@link MAX_BUSY_WAIT_S} and the time-out
 * allow.
 * @throws what `ask` does
 */
export async function askPatiently<T>(
  { signal, isRepeatable, timeoutMs = Infinity, say, wait = pause }: RetryOptions,
  ask: () => Promise<T>,
): Promise<T> {
  const deadlineMs = performance.now() + timeoutMs;
  let leftS = MAX_BUSY_WAIT_S;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      const askedS = error instanceof ResponseError ? error.retryAfterS : undefined;
      if (askedS === undefined || !isRepeatable || signal.aborted) throw error;
      const waitS = Math.max(askedS, MIN_BUSY_WAIT_S);
      leftS -= waitS;
      if (leftS < 0 || performance.now() + waitS * 1000 > deadlineMs) throw error;
      say(`the server is busy (${formatCode((error as ResponseError).code)}): asking again in ${waitS} s`);
      await wait(waitS * 1000, signal);
      if (signal.aborted) throw error;
    }
  }
}
