/** `--verbose`: each message on a line of standard error. */

import { toHex } from "../src/bytes/hex.js";
import { codeClass, codeName, formatCode } from "../src/coap/codec/code.js";
import { Message, typeName } from "../src/coap/codec/message.js";
import { MessageFormatError } from "../src/coap/codec/message-format-error.js";
import { formatOption } from "../src/coap/codec/option-table.js";
import { messageOfFrame } from "../src/coap/reliable/frame-reader.js";
import { diagnosticOf } from "../src/coap/reliable/signal.js";
import type { DropReason } from "../src/coap/counters.js";
import type { DropEvent, TraceEvent } from "../src/coap/messaging/endpoint-context.js";
import type { Framing } from "../src/coap/transport/channel.js";
import { formatPeer } from "./client/destination.js";
import { printable } from "./present/printable.js";
import { formatSignalOption } from "./present/signal-option.js";

/** As curl has them. */
const MARKS = { out: ">", in: "<" } as const;

/** Class of signaling codes (RFC 8323 §5.1). */
const SIGNALING = 7;

/**
 * `> [::1]:5683 CON GET id 41394 token 5f3a: Uri-Path "large", Block2 0/0/64` or
 * `< [::1]:5683 ACK 2.05 Content id 41394 token 5f3a: Block2 0/1/64, 64 bytes`; over connections, which have neither
 * types nor message IDs, `> [::1]:5683 GET token 5f3a: Uri-Path "large"` or `> [::1]:5683 7.02 Ping token 5f`.
 * @param scheme of the endpoint
 */
export function formatTrace({ direction, bytes, remote }: TraceEvent, scheme = "coap"): string {
  return `${MARKS[direction]} ${formatPeer(remote)} ${formatMessage(bytes, scheme)}`;
}

function formatMessage(bytes: Uint8Array, scheme: string): string {
  const isDatagram = scheme === "coap";
  let message: Message;
  try {
    message = Message.parse(isDatagram ? bytes : messageOfFrame(bytes, framingOf(scheme)));
  } catch (error) {
    if (!(error instanceof MessageFormatError)) throw error;
    return `malformed (${error.message}): ${toHex(bytes)}`;
  }
  const { type, code, messageId, token } = message;
  const words = isDatagram
    ? [typeName(type), formatMessageCode(code), "id", String(messageId)]
    : [formatMessageCode(code)];
  if (token.length > 0) words.push("token", toHex(token));
  const details = codeClass(code) === SIGNALING ? signalDetails(message) : messageDetails(message);
  return details.length > 0 ? `${words.join(" ")}: ${details.join(", ")}` : words.join(" ");
}

/** RFC 8323 §3.2, §4.2. */
function framingOf(scheme: string): Framing {
  return scheme.endsWith("ws") ? "message" : "length";
}

function messageDetails({ options, payload }: Message): string[] {
  const details = options.entries().map(({ number, value }) => formatOption(number, value));
  return payload.length > 0 ? [...details, `${payload.length} bytes`] : details;
}

function signalDetails(message: Message): string[] {
  const { code, options, payload } = message;
  const details = options.entries().map(({ number, value }) => formatSignalOption(code, number, value));
  return payload.length > 0 ? [...details, `"${printable(diagnosticOf(message))}"`] : details;
}

/** Methods by name alone; responses by number and name. */
function formatMessageCode(code: number): string {
  const name = codeName(code);
  if (name === undefined) return formatCode(code);
  return code < 0x20 ? name : `${formatCode(code)} ${name}`;
}

/** Writes an event to standard error. @param scheme of the endpoint */
export function printTrace(event: TraceEvent, scheme?: string): void {
  process.stderr.write(`${formatTrace(event, scheme)}\n`);
}

/** What the reasons mean; a device has their names only. */
const REASONS: Readonly<Record<DropReason, string>> = {
  notCoap: "no CoAP of version 1",
  malformed: "malformed, or Confirmable to a group",
  longTokens: "a token longer than is taken here",
  duplicates: "came before",
  unmatched: "answers nothing of ours",
  refusedPeers: "the table of peers is full",
  refusedRequests: "no place to remember it",
};

/** `! [::1]:5683 dropped: came before`; the message stands on the line before, where it is one. */
export function formatDrop({ reason, remote }: DropEvent): string {
  return `! ${formatPeer(remote)} dropped: ${REASONS[reason]}`;
}

export function printDrop(event: DropEvent): void {
  process.stderr.write(`${formatDrop(event)}\n`);
}
