/** Parameters of transfers with Q-Block options. RFC 9177 §7.2, Table 3. */

import { Q_BLOCK1, Q_BLOCK2 } from "../../codec/option-number.js";
import type { TransmissionParameters } from "../../messaging/parameters.js";

/** What an endpoint with {@link qBlock} recognizes besides other critical options (RFC 9177 §4.1). */
export const Q_BLOCK_OPTIONS: readonly number[] = Object.freeze([Q_BLOCK1, Q_BLOCK2]);

export interface QBlockParameters {
  /** MAX_PAYLOADS: blocks sent at a time. Both endpoints should have the same. */
  readonly maxPayloads: number;
  /** NON_TIMEOUT in milliseconds. */
  readonly nonTimeoutMs: number;
  /** ACK_RANDOM_FACTOR, by which NON_TIMEOUT_RANDOM exceeds NON_TIMEOUT at most. */
  readonly randomFactor: number;
  /** NON_RECEIVE_TIMEOUT in milliseconds: how long a missing block is waited for before it is asked for. */
  readonly nonReceiveTimeoutMs: number;
  /** NON_MAX_RETRANSMIT: how often missing blocks are asked for in vain. */
  readonly nonMaxRetransmit: number;
  /** NON_PROBING_WAIT in milliseconds: the longest pause between bodies to a peer that does not answer. */
  readonly nonProbingWaitMs: number;
  /** NON_PARTIAL_TIMEOUT in milliseconds: how long a body is kept of which nothing more is heard. */
  readonly nonPartialTimeoutMs: number;
}

/** MAX_PAYLOADS (RFC 9177 §7.2). */
const DEFAULT_MAX_PAYLOADS = 10;
/** NON_RECEIVE_TIMEOUT exceeds NON_TIMEOUT_RANDOM by this at least (RFC 9177 §7.2). */
const MIN_RECEIVE_MARGIN_MS = 1_000;

/**
 * The defaults that follow from the transmission parameters, with some of them replaced.
 * @throws {RangeError} for a NON_RECEIVE_TIMEOUT that gives the sender no time, or no MAX_PAYLOADS
 */
export function qBlockParameters(
  transmission: TransmissionParameters,
  changes: Partial<QBlockParameters> = {},
): QBlockParameters {
  const { ackTimeoutMs, ackRandomFactor, maxRetransmit, maxLatencyMs } = transmission;
  const nonTimeoutMs = changes.nonTimeoutMs ?? ackTimeoutMs;
  const randomFactor = changes.randomFactor ?? ackRandomFactor;
  const nonMaxRetransmit = changes.nonMaxRetransmit ?? maxRetransmit;
  const spanMs = nonTimeoutMs * (2 ** nonMaxRetransmit - 1) * randomFactor + 2 * maxLatencyMs;
  const parameters = {
    maxPayloads: DEFAULT_MAX_PAYLOADS,
    nonReceiveTimeoutMs: 2 * nonTimeoutMs,
    nonProbingWaitMs: spanMs + nonTimeoutMs * randomFactor,
    nonPartialTimeoutMs: spanMs + nonTimeoutMs,
    ...changes,
    nonTimeoutMs,
    randomFactor,
    nonMaxRetransmit,
  };
  const { maxPayloads, nonReceiveTimeoutMs } = parameters;
  if (!Number.isInteger(maxPayloads) || maxPayloads < 1)
    throw new RangeError(`expected MAX_PAYLOADS of at least 1, got ${maxPayloads}`);
  const leastMs = nonTimeoutMs * randomFactor + MIN_RECEIVE_MARGIN_MS;
  if (nonReceiveTimeoutMs < leastMs)
    throw new RangeError(
      `expected a NON_RECEIVE_TIMEOUT of at least ${leastMs} ms, got ${nonReceiveTimeoutMs}`,
    );
  return parameters;
}

/** NON_TIMEOUT_RANDOM in milliseconds, drawn once for a body (RFC 9177 §7.2). @param unit a random number from 0 to 1 */
export function nonTimeoutRandomMs({ nonTimeoutMs, randomFactor }: QBlockParameters, unit: number): number {
  return nonTimeoutMs * (1 + unit * (randomFactor - 1));
}
