/** A response body for people, by its Content-Format. */

import { decodeUtf8 } from "../../src/bytes/utf8.js";
import { formatDiagnostic } from "../../src/cbor/diagnostic.js";
import { hexDump } from "./hex-dump.js";
import { indentJson } from "./json.js";
import { kindOf, type Kind } from "./kind.js";
import { formatLinkTable, readLinks } from "./links.js";
import { isPlainText, printable } from "./printable.js";

/** CBOR up to this length stays on one line. */
const LINE_CHARACTERS = 80;
const CBOR_INDENT = 2;

/** What is shown, and why it is not shown as its Content-Format would have it, where that is so. */
export interface Presentation {
  readonly text: string;
  readonly note: string | undefined;
}

/** `body` as text without a line end behind it; what cannot be read as it should is shown as what it looks like. */
export function presentBody(body: Uint8Array, contentFormat: number | undefined): Presentation {
  const kind = kindOf(contentFormat);
  try {
    return { text: presentAs(kind, body), note: undefined };
  } catch (error) {
    return { text: presentUnknown(body), note: explainMismatch(kind, error) };
  }
}

/** Why a body cannot be read as its Content-Format says. */
export function explainMismatch(kind: Kind, error: unknown): string {
  const reason = error instanceof Error ? printable(error.message) : String(error);
  return `this is not the ${kind} that its Content-Format says: ${reason}`;
}

function presentAs(kind: Kind, body: Uint8Array): string {
  switch (kind) {
    case "links":
      return formatLinkTable(readLinks(body));
    case "json":
      return printable(indentJson(decodeUtf8(body)));
    case "cbor":
      return presentCbor(body, false);
    case "cbor sequence":
      return presentCbor(body, true);
    case "text":
      return withoutLastLineEnd(printable(decodeUtf8(body)));
    case "unknown":
      return presentUnknown(body);
    case "binary":
      return hexDump(body);
  }
}

function presentCbor(body: Uint8Array, sequence: boolean): string {
  const line = formatDiagnostic(body, { sequence });
  return line.length <= LINE_CHARACTERS ? line : formatDiagnostic(body, { sequence, indent: CBOR_INDENT });
}

/** Without a Content-Format a body is what it looks like (RFC 7252 §5.5.1). */
function presentUnknown(body: Uint8Array): string {
  let text: string;
  try {
    text = decodeUtf8(body);
  } catch {
    return hexDump(body);
  }
  return isPlainText(text) ? withoutLastLineEnd(printable(text)) : hexDump(body);
}

function withoutLastLineEnd(text: string): string {
  return text.endsWith("\n") ? text.slice(0, -1) : text;
}
