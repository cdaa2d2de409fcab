/** A body for programs: as it is, and read as its Content-Format says. */

import { decodeUtf8 } from "../../src/bytes/utf8.js";
import type { Link } from "../../src/coap/codec/link-format.js";
import { explainMismatch } from "../present/body.js";
import { kindOf, type Kind } from "../present/kind.js";
import { readLinks } from "../present/links.js";
import { isPlainText } from "../present/printable.js";
import { cborAsJson, cborSequenceAsJson, type JsonValue } from "./cbor.js";

export interface LinkRecord {
  /** The URI reference, as it is written. */
  readonly target: string;
  /** By name; true for one without a value, a list for one that comes more than once. */
  readonly attributes: Readonly<Record<string, string | true | (string | true)[]>>;
}

export interface BodyRecord {
  /** Length in bytes. */
  readonly size: number;
  /** One of these two: text, unless the Content-Format is of something else or the bytes are no UTF-8. */
  readonly text?: string;
  readonly base64?: string;
  /** What JSON, CBOR or link format says. */
  readonly value?: unknown;
  /** Why there is no value although the Content-Format promises one. */
  readonly note?: string;
}

export function bodyRecord(body: Uint8Array, contentFormat: number | undefined): BodyRecord {
  const kind = kindOf(contentFormat);
  const text = textOf(body, kind);
  const content = text === undefined ? { base64: Buffer.from(body).toString("base64") } : { text };
  return { size: body.length, ...content, ...readAs(kind, body) };
}

export function linkRecord({ target, attributes }: Link): LinkRecord {
  const values = new Map<string, string | true | (string | true)[]>();
  for (const [name, value] of attributes) {
    const earlier = values.get(name);
    values.set(name, earlier === undefined ? value : [earlier, value].flat());
  }
  return { target, attributes: Object.fromEntries(values) };
}

function textOf(body: Uint8Array, kind: Kind): string | undefined {
  if (kind === "binary" || kind === "cbor" || kind === "cbor sequence") return undefined;
  let text: string;
  try {
    text = decodeUtf8(body);
  } catch {
    return undefined;
  }
  return kind !== "unknown" || isPlainText(text) ? text : undefined;
}

function readAs(kind: Kind, body: Uint8Array): Pick<BodyRecord, "value" | "note"> {
  // Responses such as 2.04 and 2.03 have none.
  if (body.length === 0 && kind !== "links") return {};
  try {
    const value = valueOf(kind, body);
    return value === undefined ? {} : { value };
  } catch (error) {
    return { note: explainMismatch(kind, error) };
  }
}

function valueOf(kind: Kind, body: Uint8Array): JsonValue | LinkRecord[] | undefined {
  switch (kind) {
    case "links":
      return readLinks(body).map(linkRecord);
    case "json":
      return JSON.parse(decodeUtf8(body)) as JsonValue;
    case "cbor":
      return cborAsJson(body);
    case "cbor sequence":
      return cborSequenceAsJson(body);
    case "text":
    case "unknown":
    case "binary":
      return undefined;
  }
}
