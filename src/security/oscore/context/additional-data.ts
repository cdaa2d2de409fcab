/**
 * Additional authenticated data: the Enc_structure of COSE around what binds a message to its request.
 *
 *   aad_array = [ oscore_version : uint, algorithms : [ alg_aead : int / tstr ],
 *                 request_kid : bstr, request_piv : bstr, options : bstr ]
 *   AAD = [ "Encrypt0", h'', external_aad : bstr .cbor aad_array ]
 *
 * There are no options of Class I. RFC 8613 §5.4, RFC 9052 §5.3.
 */

import { CborWriter } from "../../../cbor/writer.js";
import { encStructure } from "../../../cose/structures.js";
import { partialIvLength, writePartialIv } from "./partial-iv.js";

const OSCORE_VERSION = 1;
const NO_BYTES = new Uint8Array(0);
/** Bytes behind the Partial IV: the empty byte string of the Class I options. */
const BYTES_BEHIND = 1;

/** The data for the requests of one client, and the responses to them: all but the Partial IV is the same in each. */
export class AdditionalData {
  readonly #algorithm: number;
  readonly #kid: Uint8Array;
  /** By the length of the Partial IV. */
  readonly #data: (Uint8Array | undefined)[] = [];
  /** What was asked for last: a request and the response to it have the same. */
  #last: Uint8Array | undefined;
  #partialIv = 0;

  /** @param algorithm COSE's number of the AEAD @param kid Sender ID of who sends the requests */
  constructor(algorithm: number, kid: Uint8Array) {
    this.#algorithm = algorithm;
    this.#kid = kid;
  }

  /** The data for a request's Partial IV, good until the next one is asked for. */
  of(requestPartialIv: number): Uint8Array {
    const last = this.#last;
    const lastPartialIv = this.#partialIv;
    if (last && requestPartialIv === lastPartialIv) return last;
    this.#partialIv = requestPartialIv;
    // Those that follow each other mostly differ in one byte: all of them cost a device as much as the rest of this.
    if (last && requestPartialIv - (requestPartialIv & 0xff) === lastPartialIv - (lastPartialIv & 0xff)) {
      last[last.length - BYTES_BEHIND - 1] = requestPartialIv;
      return last;
    }
    const length = partialIvLength(requestPartialIv);
    const data = (this.#data[length] ??= this.#prepare(length));
    writePartialIv(data, data.length - BYTES_BEHIND, requestPartialIv);
    this.#last = data;
    return data;
  }

  #prepare(length: number): Uint8Array {
    const array = new CborWriter().array(5).integer(OSCORE_VERSION).array(1).integer(this.#algorithm);
    array.byteString(this.#kid).byteString(new Uint8Array(length)).byteString(NO_BYTES);
    return new Uint8Array(encStructure("Encrypt0", NO_BYTES, array.bytes));
  }
}
