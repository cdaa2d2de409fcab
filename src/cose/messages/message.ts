/**
 * What all messages have in common: RFC 9052 §2.
 *
 *   [ protected, unprotected, content, ... ]
 */

import { TAG } from "../../cbor/major-type.js";
import { CborReader } from "../../cbor/reader.js";
import { CborWriter } from "../../cbor/writer.js";
import type { Label } from "../../cbor/label.js";
import { CoseError } from "../errors.js";
import {
  readHeaders,
  writeHeaders,
  type AlgorithmOptions,
  type HeaderOptions,
  type Headers,
} from "./header.js";

/** A type of message: its name, its tag (RFC 9052 §2, table 1) and how many elements its array has. */
export interface MessageType {
  readonly name: string;
  readonly tag: number;
  readonly elements: number;
}

/** The parts of every message. */
export interface Message extends Headers {
  /** Payload or ciphertext; undefined where it travels apart ("nil" in the message): `{ ...message, content: undefined }`. */
  readonly content: Uint8Array | undefined;
}

/** How a message is made. */
export interface MakeOptions extends HeaderOptions {
  /** What is authenticated beside the message (RFC 9052 §4.3); nothing where absent. */
  readonly externalAad?: Uint8Array;
}

/** How a message is checked. */
export interface CheckOptions extends AlgorithmOptions {
  /** What is authenticated beside the message (RFC 9052 §4.3); nothing where absent. */
  readonly externalAad?: Uint8Array;
  /** The content where it travelled apart. */
  readonly detachedContent?: Uint8Array;
  /** Labels of critical parameters that the application processes. */
  readonly understood?: readonly Label[];
}

/** What is authenticated beside a message where the application has nothing. */
export function nothing(): Uint8Array {
  return new Uint8Array(0);
}

/**
 * Reads a message, with or without its tag.
 * @param readRest reads the elements after the content
 * @throws {CoseError} when it is another message, or malformed
 * @throws {CborError} when an element is of another CBOR type
 */
export function readMessage<Rest extends object>(
  bytes: Uint8Array,
  { name, tag, elements }: MessageType,
  readRest: (reader: CborReader) => Rest,
): Message & Rest {
  const reader = new CborReader(bytes);
  if (reader.peekMajorType() === TAG) {
    const found = reader.readTag();
    if (found !== tag) throw new CoseError(`expected ${name}, tag ${tag}, got tag ${found}`);
  }
  const left = readArrayOf(reader, elements, name);
  const message = { ...readHeaders(reader), content: readContent(reader), ...readRest(reader) };
  endArray(reader, left);
  reader.finish();
  return message;
}

/** Enters an array of `elements` elements; {@link endArray} takes what this returns. */
export function readArrayOf(reader: CborReader, elements: number, name: string): number {
  const count = reader.readArray();
  if (count >= 0 && count !== elements)
    throw new CoseError(`expected ${elements} elements in ${name}, got ${count}`);
  return count;
}

/** Leaves an array: one of indefinite length has its "break" here. */
export function endArray(reader: CborReader, count: number): void {
  if (count < 0 && !reader.readBreak()) throw new CoseError("expected the end of the array, got an element");
}

/** Payload or ciphertext. */
function readContent(reader: CborReader): Uint8Array | undefined {
  return reader.readNull() ? undefined : reader.readBytes();
}

/** Starts a message with its tag. The elements after the content are the caller's. */
export function writeMessage(message: Message, { tag, elements }: MessageType): CborWriter {
  const writer = new CborWriter().tag(tag).array(elements);
  writeHeaders(writer, message);
  return message.content === undefined ? writer.null() : writer.byteString(message.content);
}

/** The content, from the message or from apart. @throws {CoseError} when it is in neither or both */
export function contentOf({ content }: Message, detachedContent: Uint8Array | undefined): Uint8Array {
  if ((content === undefined) === (detachedContent === undefined))
    throw new CoseError("expected the content either in the message or apart, got it in both or neither");
  return (content ?? detachedContent)!;
}
