/**
 * What a frame carries, told by its first byte. draft-bormann-t2trg-slipmux §3 to §5.
 *
 *   0x0a          diagnostic text in UTF-8
 *   0x45 to 0x4f  an IPv4 packet, which begins with this byte
 *   0x60 to 0x6f  an IPv6 packet, the same
 *   0xa9          a CoAP message and the FCS of all before it, low byte first
 */

import { FCS_INIT, finishFcs, updateFcs } from "./fcs.js";

const DIAGNOSTIC = 0x0a;
const COAP = 0xa9;
const FCS_BYTES = 2;

export type FrameKind = "coap" | "diagnostic" | "packet" | "unknown";

/** @param first byte of a frame */
export function frameKind(first: number): FrameKind {
  if (first === COAP) return "coap";
  if (first === DIAGNOSTIC) return "diagnostic";
  const isPacket = (first >= 0x45 && first <= 0x4f) || (first >= 0x60 && first <= 0x6f);
  return isPacket ? "packet" : "unknown";
}

/** Bytes that a frame has beside its message. */
export const COAP_FRAME_OVERHEAD = 1 + FCS_BYTES;

/** §5. */
export function encodeCoapFrame(message: Uint8Array): Uint8Array {
  const end = 1 + message.length;
  const frame = new Uint8Array(end + FCS_BYTES);
  frame[0] = COAP;
  frame.set(message, 1);
  const fcs = finishFcs(updateFcs(FCS_INIT, frame.subarray(0, end)));
  frame[end] = fcs & 0xff;
  frame[end + 1] = fcs >> 8;
  return frame;
}

/** The message in a frame of the kind `coap`; undefined when its FCS says that it is spoilt (§5). */
export function decodeCoapFrame(frame: Uint8Array): Uint8Array | undefined {
  const end = frame.length - FCS_BYTES;
  if (end < 1) return undefined;
  const fcs = finishFcs(updateFcs(FCS_INIT, frame.subarray(0, end)));
  return frame[end] === (fcs & 0xff) && frame[end + 1] === fcs >> 8 ? frame.subarray(1, end) : undefined;
}

/** §4. @param utf8 the text */
export function encodeDiagnosticFrame(utf8: Uint8Array): Uint8Array {
  const frame = new Uint8Array(1 + utf8.length);
  frame[0] = DIAGNOSTIC;
  frame.set(utf8, 1);
  return frame;
}
