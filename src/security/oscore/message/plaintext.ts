/** The plaintext of a message of ours, and the options that stay outside it. RFC 8613 §4, §5.3. */

import { CHANGED, CONTENT, FETCH, POST } from "../../../coap/codec/code.js";
import { encodeBody } from "../../../coap/codec/message.js";
import { OBSERVE, OSCORE, PROXY_URI, URI_PATH, URI_QUERY } from "../../../coap/codec/option-number.js";
import { Options } from "../../../coap/codec/options.js";
import { formatUri, parseUri } from "../../../coap/codec/uri.js";
import { OscoreError } from "../errors.js";
import { isOuterOption } from "./option-class.js";

const NO_BYTES = new Uint8Array(0);
/** What most responses have outside. Nobody changes it. */
const EMPTY_OSCORE = new Options().addEmpty(OSCORE);

/** Options by their place. */
export interface PlacedOptions {
  readonly inner: Options;
  readonly outer: Options;
}

/**
 * Which options of a message go inside, and which stay outside; undefined where all go inside.
 * @throws {OscoreError} for a message with an OSCORE option: one cannot be protected twice (§4.1.3.7)
 * @throws {UriError} for a Proxy-Uri that is no CoAP URI
 */
export function placeOptions(options: Options | undefined, isRequest: boolean): PlacedOptions | undefined {
  if (!options || belongInside(options)) return undefined;
  const inner = new Options();
  const outer = new Options();
  for (let index = 0; index < options.count; index += 1) {
    const { number, value } = options.at(index);
    if (number === OBSERVE) {
      // §4.1.3.5: inside between the endpoints, where the order of notifications is that of their Partial IVs.
      inner.add(OBSERVE, isRequest ? value : NO_BYTES);
      outer.add(OBSERVE, value);
    } else if (number === PROXY_URI) placeProxyUri(options.string(PROXY_URI)!, inner, outer);
    else if (number === OSCORE) throw new OscoreError("expected a message that is not protected yet");
    else (isOuterOption(number) ? outer : inner).add(number, value);
  }
  return { inner, outer };
}

/** Most messages have nothing for outside. */
function belongInside(options: Options): boolean {
  for (let index = options.count - 1; index >= 0; index -= 1) {
    const { number } = options.at(index);
    if (number === OBSERVE || isOuterOption(number)) return false;
  }
  return true;
}

/** §4.1.3.3: the proxy gets to know the server, and not the resource. */
function placeProxyUri(text: string, inner: Options, outer: Options): void {
  const uri = parseUri(text);
  for (const segment of uri.path) inner.addString(URI_PATH, segment);
  for (const argument of uri.query) inner.addString(URI_QUERY, argument);
  outer.addString(PROXY_URI, formatUri({ ...uri, path: [], query: [] }));
}

/** The code that is seen from outside (§4.1.3.5, §4.2). */
export function outerCode(outer: Options | undefined, isRequest: boolean): number {
  if (outer?.has(OBSERVE)) return isRequest ? FETCH : CONTENT;
  return isRequest ? POST : CHANGED;
}

/** What stays outside, with the OSCORE option. @param value from {@link encodeOscoreOption} */
export function outerOptions(outer: Options | undefined, value: Uint8Array): Options {
  if (!outer && value.length === 0) return EMPTY_OSCORE;
  return (outer ?? new Options()).add(OSCORE, value);
}

/** Where plaintexts are composed, one at a time. */
export class PlaintextBuffer {
  readonly #bytes: Uint8Array;
  /** What the last one took: one of the same length needs no further view. */
  #plaintext: Uint8Array;

  /** @param size of the longest, in bytes */
  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#plaintext = this.#bytes;
  }

  /**
   * Code, options and payload as a plaintext, good until the next one.
   * @throws {MessageTooLargeError} when it does not fit
   */
  encode(code: number, inner: Options | undefined, payload: Uint8Array | undefined): Uint8Array {
    const bytes = this.#bytes;
    bytes[0] = code;
    const length = encodeBody(bytes, 1, inner, payload);
    if (this.#plaintext.length !== length) this.#plaintext = bytes.subarray(0, length);
    return this.#plaintext;
  }
}
