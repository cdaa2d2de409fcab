/** Messages as they go over the wire: what the codecs are measured with. */

import { encodeUint } from "../../src/bytes/uint.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { CON } from "../../src/coap/codec/message.js";
import {
  CHANGED,
  CONTENT,
  GET,
  Options,
  POST,
  encodeMessage,
  formatCode,
  optionDefinition,
  optionNumber,
} from "../../src/index.js";

const { ACCEPT, BLOCK2, CONTENT_FORMAT, ETAG, MAX_AGE, OBSERVE, SIZE2, URI_PATH, URI_QUERY } = optionNumber;

export interface SampleOption {
  readonly number: number;
  readonly name: string;
  readonly value: Uint8Array;
}

export interface SampleMessage {
  readonly code: number;
  /** As coap-packet wants it: `GET`, `2.05`. */
  readonly codeText: string;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly options: readonly SampleOption[];
  readonly payload: Uint8Array;
  /** The message as it is sent. */
  readonly bytes: Uint8Array;
}

function sample(
  code: number,
  values: readonly (readonly [number: number, value: Uint8Array])[],
  payload: Uint8Array,
): SampleMessage {
  const messageId = 0x1234;
  const token = Buffer.of(1, 2, 3, 4);
  const options = values.map(([number, value]) => ({ number, name: optionDefinition(number)!.name, value }));
  const built = new Options();
  for (const { number, value } of options) built.add(number, value);
  const buffer = new Uint8Array(1500);
  const length = encodeMessage(buffer, CON, code, messageId, token, built, payload);
  const codeText = code === GET ? "GET" : code === POST ? "POST" : formatCode(code);
  // coap-packet wants a Buffer.
  const body = Buffer.from(payload);
  return { code, codeText, messageId, token, options, payload: body, bytes: buffer.slice(0, length) };
}

const text = (value: string): Uint8Array => encodeUtf8(value);

export const MESSAGES: readonly SampleMessage[] = [
  sample(GET, [[URI_PATH, text("hello")]], new Uint8Array(0)),
  sample(CONTENT, [[CONTENT_FORMAT, new Uint8Array(0)]], text("hello, world")),
  sample(
    POST,
    [
      [URI_PATH, text("rd")],
      [URI_QUERY, text("ep=node1")],
      [URI_QUERY, text("lt=86400")],
      [CONTENT_FORMAT, encodeUint(40)],
      [ACCEPT, encodeUint(60)],
    ],
    text("</sensors/temp>;rt=temperature-c;if=sensor,</sensors/light>;rt=light-lux;if=sensor"),
  ),
  sample(
    CONTENT,
    [
      [ETAG, Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8)],
      [OBSERVE, encodeUint(70_000)],
      [CONTENT_FORMAT, encodeUint(60)],
      [MAX_AGE, encodeUint(300)],
      [BLOCK2, encodeUint(0x0e)],
      [SIZE2, encodeUint(1_048_576)],
    ],
    new Uint8Array(1024).fill(0x5a),
  ),
  sample(CHANGED, [], new Uint8Array(0)),
];
