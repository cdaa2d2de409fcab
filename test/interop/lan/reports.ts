/** Messages that a program of ours on another host saw, one a line of its output. */

import { fromHex, toHex } from "../../../src/bytes/hex.js";
import type { TraceEvent } from "../../../src/coap/messaging/endpoint-context.js";
import { RecordedMessage } from "../ours/recorder.js";

interface Report {
  readonly direction: "in" | "out";
  readonly atMs: number;
  readonly address: string;
  readonly port: number;
  readonly hex: string;
}

export interface ReportedMessage {
  readonly message: RecordedMessage;
  /** On the reporting program's clock. */
  readonly atMs: number;
}

/** A line for the message. */
export function formatReport({ direction, bytes, remote }: TraceEvent, atMs: number): string {
  const { address, port } = remote;
  const report: Report = { direction, atMs, address, port, hex: toHex(bytes) };
  return JSON.stringify(report);
}

/** The messages in a program's output. */
export function parseReports(output: string): ReportedMessage[] {
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => {
    const { direction, atMs, address, port, hex } = JSON.parse(line) as Report;
    const message = new RecordedMessage({ direction, bytes: fromHex(hex), remote: { address, port } });
    return { message, atMs };
  });
}
