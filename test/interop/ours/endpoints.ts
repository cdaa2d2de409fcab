/** Our side of the conversation. */

import { nodePlatform } from "../../../hosts/node/index.js";
import { Endpoint, type EndpointOptions } from "../../../src/coap/endpoint.js";
import type { Limits } from "../../../src/coap/limits.js";
import type { Framing } from "../../../src/coap/transport/channel.js";
import type { Platform } from "../../../src/ports/platform.js";
import { HANG_MS } from "../../hang.js";
import { Recorder } from "./recorder.js";

/** Room for many peers at once and for the largest bodies of the tests. */
export const LARGE_LIMITS: Partial<Limits> = {
  peers: 8192,
  rememberedMessages: 4096,
  waitingTransmissions: 256,
  outstandingRequests: 256,
  pendingExchanges: 256,
  observers: 256,
  assemblies: 64,
  maxBodyBytes: 1_048_576,
  representations: 64,
};

/** Much shorter than the standard's, for a peer on the same machine. */
export const FAST_PARAMETERS = { ackTimeoutMs: 100, maxRetransmit: 6 } as const;

export interface RecordedEndpointOptions extends EndpointOptions {
  /** Of its connections; absent where it has none. */
  readonly framing?: Framing;
}

/** Runs `use` with an endpoint and its trace; closes it at the end. A test that waits in vain gives up before mocha does. */
export async function withEndpoint<T>(
  { framing, ...options }: RecordedEndpointOptions,
  use: (endpoint: Endpoint, recorder: Recorder) => Promise<T>,
  platform: Platform = nodePlatform(),
): Promise<T> {
  const recorder = new Recorder(framing);
  const endpoint = new Endpoint(platform, { limits: LARGE_LIMITS, trace: recorder.trace, ...options });
  const close = (): void => {
    endpoint.close();
    recorder.close();
  };
  const deadline = setTimeout(close, HANG_MS);
  try {
    return await use(endpoint, recorder);
  } finally {
    clearTimeout(deadline);
    close();
  }
}
