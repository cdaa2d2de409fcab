/** Our server with the sample resources, for clients of others. */

import { EMPTY } from "../../../src/coap/codec/code.js";
import { ACK } from "../../../src/coap/codec/message.js";
import type { Endpoint } from "../../../src/coap/endpoint.js";
import type { Platform } from "../../../src/ports/platform.js";
import { withEndpoint, type RecordedEndpointOptions } from "./endpoints.js";
import type { RecordedMessage, Recorder } from "./recorder.js";
import { SampleSite } from "./sample-site.js";

export interface OurServer {
  /** Without a path, such as `coap://[::1]:40000`. */
  readonly uri: string;
  readonly sample: SampleSite;
  readonly endpoint: Endpoint;
  readonly recorder: Recorder;
}

function isEmptyAcknowledgement({ direction, type, code }: RecordedMessage): boolean {
  return direction === "out" && type === ACK && code === EMPTY;
}

/** Runs `use` with our server; /separate answers after its acknowledgement was sent. */
export function withOurServer<T>(
  use: (server: OurServer) => Promise<T>,
  options: RecordedEndpointOptions = {},
  platform?: Platform,
): Promise<T> {
  const acknowledgement: { sent: () => Promise<unknown> } = { sent: () => Promise.resolve() };
  const sample = new SampleSite(() => acknowledgement.sent());
  return withEndpoint(
    { site: sample.site, parameters: { separateAckMs: 20 }, ...options },
    (endpoint, recorder) => {
      acknowledgement.sent = () => recorder.waitFor(isEmptyAcknowledgement);
      return use({ uri: `coap://[::1]:${endpoint.port}`, sample, endpoint, recorder });
    },
    platform,
  );
}
