/** The endpoint of a command that asks. Commands import it when they ask: it brings the whole stack. */

import { ConnectedUDP } from "../../hosts/node/connected-udp.js";
import { NODE_LIMITS, NODE_STREAM_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import type { Client } from "../../src/coap/client/client.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import type { TraceEvent } from "../../src/coap/messaging/endpoint-context.js";
import type { MessagingFactory } from "../../src/coap/messaging/messaging.js";
import { qBlock } from "../../src/coap/bodies/qblock/q-block.js";
import { printDrop, printTrace } from "../trace.js";
import type { JsonFlags } from "../json/option.js";
import { askPatiently } from "./busy-server.js";
import type { ConnectionFlags } from "./connection-options.js";
import { isGroup, type Destination } from "./destination.js";
import type { ClientProtection } from "./oscore-or-edhoc.js";
import { isProtected } from "./protection-options.js";
import { readTLSOptions } from "./tls-options.js";

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

/**
 * Opens an endpoint that can ask at `destination`, for `use`, and closes it afterwards. Where the server is busy, all that
 * is done again, see {@link askPatiently}.
 */
export async function withClient<T>(
  flags: ConnectionFlags & JsonFlags,
  destination: Destination,
  { signal, isRepeatable = true }: ClientOptions,
  use: (client: Client) => Promise<T>,
): Promise<T> {
  const messaging = await messagingOf(flags, destination);
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
        : {
            limits: NODE_LIMITS,
            qBlock: qBlock(),
            trace,
            ...(flags.verbose && { onDrop: printDrop }),
            ...oscore,
          },
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
    // Standard error has one object for programs, and nothing else.
    const say = (line: string): void => {
      if (!flags.json) process.stderr.write(`coapsule: ${line}\n`);
    };
    return await askPatiently({ ...request, say }, async () => {
      if (!isProtected(flags)) return ask(undefined);
      const { withProtection } = await import("./oscore-or-edhoc.js");
      return withProtection(flags, destination, request, ask);
    });
  } finally {
    silence.dismiss();
  }
}

/** Undefined where messages are datagrams. @throws as {@link readTLSOptions} */
async function messagingOf(
  flags: ConnectionFlags,
  destination: Destination,
): Promise<MessagingFactory | undefined> {
  const tls = await readTLSOptions(flags, destination);
  if (destination.scheme === "coap") return undefined;
  const { messagingTo } = await import("./messaging.js");
  return messagingTo(destination, tls);
}
