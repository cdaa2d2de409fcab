/** Our ends of a conversation over each transport. */

import type { Endpoint } from "../../../src/coap/endpoint.js";
import { withEndpoint } from "./endpoints.js";
import { withOurServer, type OurServer } from "./our-server.js";
import type { Recorder } from "./recorder.js";
import { withStreamClient, withStreamServer, type StreamScheme } from "./stream-endpoints.js";

/** A transport by the scheme of its URIs. */
export type Scheme = "coap" | StreamScheme;

/** Runs `use` with our client. */
export function withClientOver<T>(
  scheme: Scheme,
  use: (endpoint: Endpoint, recorder: Recorder) => Promise<T>,
): Promise<T> {
  return scheme === "coap" ? withEndpoint({}, use) : withStreamClient(scheme, use);
}

/** Runs `use` with our server and the sample resources. */
export function withServerOver<T>(scheme: Scheme, use: (server: OurServer) => Promise<T>): Promise<T> {
  return scheme === "coap" ? withOurServer(use) : withStreamServer(scheme, use);
}
