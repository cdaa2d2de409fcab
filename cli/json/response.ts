/** A response for programs. Its field names are a promise: RESPONSE_FIELDS_HELP says them to people. */

import { toHex } from "../../src/bytes/hex.js";
import { decodeUtf8, Utf8Error } from "../../src/bytes/utf8.js";
import { LOCATION_PATH, LOCATION_QUERY } from "../../src/coap/codec/option-number.js";
import {
  ARGUMENT_CHARACTERS,
  SEGMENT_CHARACTERS,
  encodePercent,
} from "../../src/coap/codec/percent-encoding.js";
import type { ClientResponse } from "../../src/coap/client-response.js";
import { codeName, formatCode } from "../../src/coap/codec/code.js";
import { formatPeer } from "../client/destination.js";
import { contentFormatName } from "../content-formats.js";
import { bodyRecord, type BodyRecord } from "./body.js";

export interface ResponseRecord extends BodyRecord {
  /** `2.05` */
  readonly code: string;
  /** `Content`; absent where the code is not registered. */
  readonly name?: string;
  /** `[::1]:5683` */
  readonly remote: string;
  /** Milliseconds. */
  readonly roundTripMs?: number;
  readonly contentFormat?: number;
  readonly contentType?: string;
  /** Seconds. */
  readonly maxAge: number;
  /** In hexadecimal. */
  readonly etag?: string;
  /** Path and query, as in a URI. */
  readonly location?: string;
}

/** For --help. */
export const RESPONSE_FIELDS_HELP = `
With --json each response is an object on a line of its own:
  code, name                  "2.05", "Content"
  remote, roundTripMs         who answered, and after how many ms where the request was sent once only
  contentFormat, contentType  number and name, where the response says them
  maxAge, etag, location      seconds; hexadecimal; path of what was created
  size                        of the body, in bytes
  text or base64              the body: base64 where it is CBOR, binary, or no UTF-8
  value                       what the body says, where it is JSON, CBOR (by RFC 8949 §6.1) or links
  note                        why there is no value although there should be`;

/** What a field is not known of is left out. */
export function responseRecord(response: ClientResponse): ResponseRecord {
  const { code, remote, roundTripMs, contentFormat, maxAge, etag, payload } = response;
  const name = codeName(code);
  const contentType = contentFormat === undefined ? undefined : contentFormatName(contentFormat);
  const location = formatLocation(response);
  return {
    code: formatCode(code),
    ...(name !== undefined && { name }),
    remote: formatPeer(remote),
    ...(roundTripMs !== undefined && { roundTripMs }),
    ...(contentFormat !== undefined && { contentFormat }),
    ...(contentType !== undefined && { contentType }),
    maxAge,
    ...(etag && { etag: toHex(etag) }),
    ...(location !== "" && { location }),
    ...bodyRecord(payload, contentFormat),
  };
}

/** `/store/1?a`, as in a URI, empty where the response has no location (RFC 7252 §5.10.7, §6.5). */
export function formatLocation({ options }: ClientResponse): string {
  const path = options.all(LOCATION_PATH).map((segment) => `/${encodeBytes(segment, SEGMENT_CHARACTERS)}`);
  const query = options.all(LOCATION_QUERY).map((argument) => encodeBytes(argument, ARGUMENT_CHARACTERS));
  return query.length > 0 ? `${path.join("")}?${query.join("&")}` : path.join("");
}

/** What is no UTF-8 is encoded byte by byte. */
function encodeBytes(bytes: Uint8Array, characters: number): string {
  try {
    return encodePercent(decodeUtf8(bytes), characters);
  } catch (error) {
    if (!(error instanceof Utf8Error)) throw error;
    return [...bytes].map((byte) => `%${toHex(Uint8Array.of(byte)).toUpperCase()}`).join("");
  }
}
