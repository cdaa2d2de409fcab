/** Our side of the conversation. */

import { nodePlatform } from "../../../hosts/node/index.js";
import { Endpoint, type EndpointOptions } from "../../../src/coap/endpoint.js";
import type { Limits } from "../../../src/coap/limits.js";
import type { Framing } from "../../../src/coap/transport/channel.js";
import type { Platform } from "../../../src/platform.js";
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

/** A test that waits in vain gives up before mocha does: then all is closed, and mocha can end. */
const PATIENCE_MS = 18_000;

export interface RecordedEndpointOptions extends EndpointOptions {
  /** Of its connections; absent where it has none. */
  readonly framing?: Framing;
}

/** Runs `use` with an endpoint and its trace; closes it at the end. */
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
  const deadline = setTimeout(close, PATIENCE_MS);
  try {
    return await use(endpoint, recorder);
  } finally {
    clearTimeout(deadline);
    close();
  }
}
