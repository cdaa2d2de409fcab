/** What a body is, by its Content-Format. */

import { LINK_FORMAT } from "../../src/coap/codec/content-format.js";
import { contentFormatName } from "../content-formats.js";

/** `unknown` is a body without a Content-Format, or with one that is not registered. */
export type Kind = "links" | "json" | "cbor" | "cbor sequence" | "text" | "unknown" | "binary";

/** By the structured syntax suffix (RFC 6838 §4.2.8) where there is one. */
export function kindOf(contentFormat: number | undefined): Kind {
  if (contentFormat === undefined) return "unknown";
  if (contentFormat === LINK_FORMAT) return "links";
  const name = contentFormatName(contentFormat);
  if (name === undefined) return "unknown";
  if (name.includes("@")) return "binary";
  const type = name.replace(/;.*$/u, "");
  if (/[/+]json$/u.test(type)) return "json";
  if (/[/+]cbor-seq$/u.test(type)) return "cbor sequence";
  // COSE, CWT and multipart-core are CBOR as well (RFC 9052, RFC 8392, RFC 8710).
  if (/[/+](?:cbor|cose|cose-key|cose-key-set|cwt|multipart-core)$/u.test(type)) return "cbor";
  const isText = type.startsWith("text/") || /[/+](?:xml|javascript)$/u.test(type);
  return isText ? "text" : "binary";
}
