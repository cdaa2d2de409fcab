/** When a caller gives up on a request: it says so, or its time is over. */

import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import { CancelledError, TimeoutError, type CoapError } from "../errors.js";
import type { AbortSignalLike } from "../request-options.js";

/** What a request ends with that its caller gave up. */
export function cancelled(): CancelledError {
  return new CancelledError("the request was cancelled");
}

/**
 * Calls `giveUp` when the signal says so, or after the time allowed.
 * @param from who was asked, for the error
 * @returns what ends that; to be called when the request is over
 */
export function whenGivenUp(
  deadlines: DeadlineQueue,
  from: { readonly address: string; readonly port: number },
  signal: AbortSignalLike | undefined,
  timeoutMs: number | undefined,
  giveUp: (error: CoapError) => void,
): () => void {
  const onAbort = (): void => giveUp(cancelled());
  const onTimeout = (): void => {
    const { address, port } = from;
    giveUp(new TimeoutError(`no response from ${address} port ${port} within ${timeoutMs} ms`));
  };
  signal?.addEventListener("abort", onAbort);
  const deadline = timeoutMs === undefined ? undefined : deadlines.set(onTimeout, timeoutMs);
  return () => {
    signal?.removeEventListener("abort", onAbort);
    if (deadline) deadlines.clear(deadline);
  };
}
