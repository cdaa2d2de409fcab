/** What all commands that ask have in common: their options, and an endpoint. */

import type { Command } from "commander";
import { ConnectedUDP } from "../../hosts/node/connected-udp.js";
import { NODE_LIMITS, NODE_STREAM_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import type { Client } from "../../src/coap/client/client.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { qBlock } from "../../src/coap/qblock/q-block.js";
import type { TraceEvent } from "../../src/coap/messaging/messaging.js";
import { parseSeconds } from "../option-values.js";
import { printTrace } from "../trace.js";
import { isGroup, type Destination } from "./destination.js";
import { messagingTo } from "./messaging.js";
import { withProtection, type ClientProtection } from "./protection.js";
import type { ProtectionFlags } from "./protection-options.js";
import { addTLSOptions, readTLSOptions, type TLSFlags } from "./tls-options.js";

export interface ConnectionFlags extends TLSFlags, ProtectionFlags {
  readonly verbose?: true;
  /** Milliseconds. */
  readonly timeout?: number;
}

export function addConnectionOptions(command: Command): Command {
  return addTLSOptions(command)
    .option(
      "--timeout <seconds>",
      "give up after this time; otherwise after about 90 s of silence",
      parseSeconds,
    )
    .option("-v, --verbose", "show each message on standard error");
}

/** After so much silence a person is told that it goes on. */
const SILENCE_MS = 3000;

/** Says on a terminal, once, that no answer has come yet: giving up takes more than a minute (RFC 7252 §4.8.2). */
class SilenceNotice {
  readonly #timer = setTimeout(() => {
    if (process.stderr.isTTY)
      process.stderr.write("coapsule: no answer yet, still trying; Ctrl-C gives up\n");
  }, SILENCE_MS);

  /** Something came, or nobody waits any more. */
  dismiss(): void {
    clearTimeout(this.#timer);
  }
}

export interface ClientOptions {
  /** Gives up. */
  readonly signal: AbortSignal;
  /** Whether `use` may be called again; true where absent. */
  readonly isRepeatable?: boolean;
}

/** Opens an endpoint that can ask at `destination`, for `use`, and closes it afterwards. */
export async function withClient<T>(
  flags: ConnectionFlags,
  destination: Destination,
  { signal, isRepeatable = true }: ClientOptions,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const messaging = messagingTo(destination, await readTLSOptions(flags, destination));
  const node = nodePlatform({ consoleStream: process.stderr });
  // Members of a group answer from addresses of their own.
  const platform = isGroup(destination.address) ? node : { ...node, udp: ConnectedUDP };
  const silence = new SilenceNotice();
  const trace = (event: TraceEvent): void => {
    if (event.direction === "in") silence.dismiss();
    if (flags.verbose) printTrace(event, destination.scheme);
  };
  const ask = async (protection: ClientProtection | undefined): Promise<T> => {
    const oscore = protection && { oscore: protection.factory };
    const endpoint = new Endpoint(
      platform,
      messaging
        ? { messaging, limits: NODE_STREAM_LIMITS, trace, ...oscore }
        : { limits: NODE_LIMITS, qBlock: qBlock(), trace, ...oscore },
    );
    try {
      return await (protection ? protection.ask(endpoint.client, use) : use(endpoint.client));
    } finally {
      endpoint.close();
    }
  };
  try {
    const { timeout: timeoutMs, verbose = false } = flags;
    const request = { signal, isRepeatable, verbose, ...(timeoutMs !== undefined && { timeoutMs }) };
    return await withProtection(flags, destination, request, ask);
  } finally {
    silence.dismiss();
  }
}
