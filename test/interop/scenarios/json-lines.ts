/** How our programs for peers are told requests, and tell responses: a line of JSON each. */

import type { PeerRequest, PeerResponse } from "./peer.js";

const LINE = /^\{.*\}$/gmu;

/** A request as a line; bodies are in hexadecimal. */
export function formatRequest({ payload = "", ...rest }: PeerRequest): string {
  return `${JSON.stringify({ ...rest, payload: Buffer.from(payload).toString("hex") })}\n`;
}

/** All whole lines of responses. */
export function parseResponses(output: string): PeerResponse[] {
  return (output.match(LINE) ?? []).map((line) => {
    const { payload, ...rest } = JSON.parse(line) as { code: string; payload: string; etag?: string | null };
    return { ...rest, payload: Buffer.from(payload, "hex") };
  });
}
