/** What all layers of an endpoint share. */

import type { Clock } from "../../ports/clock.js";
import type { Console } from "../../ports/console.js";
import type { DeadlineQueue } from "../../timers/deadline-queue.js";
import type { Counters, DropReason } from "../counters.js";
import type { Limits } from "../limits.js";
import type { AmplificationPolicy } from "./amplification.js";
import type { CongestionControl } from "./congestion-control.js";
import type { TransmissionParameters } from "./parameters.js";
import type { RandomSource } from "./random-source.js";

/** For whoever watches the traffic. */
export interface TraceEvent {
  readonly direction: "in" | "out";
  /** The datagram; over connections the frame (RFC 8323 §3.2, §4.2). */
  readonly bytes: Uint8Array;
  readonly remote: { readonly address: string; readonly port: number };
}

/** For whoever wants to know what became of a datagram that nobody answers. */
export interface DropEvent extends Omit<TraceEvent, "direction"> {
  readonly reason: DropReason;
}

/** One object for each endpoint. Layers keep it as it is: a copy would take memory, and the two could differ. */
export interface EndpointContext {
  readonly counters: Counters;
  /** Undefined where nobody watches. */
  readonly trace: ((event: TraceEvent) => void) | undefined;
  /** The same for datagrams that are dropped. */
  readonly onDrop: ((event: DropEvent) => void) | undefined;
  /** For peers as the message layer knows them. Above OSCORE {@link MessageProtection.amplification} takes its place. */
  readonly amplification: AmplificationPolicy;
  readonly limits: Limits;
  readonly deadlines: DeadlineQueue;
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly parameters: TransmissionParameters;
  readonly congestionControl: CongestionControl;
  readonly console: Console;
}
