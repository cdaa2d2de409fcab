/** The examples of RFC 8613 Appendix C, with any provider of the crypto port. */

import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { Message, encodeMessage } from "../../../../src/coap/codec/message.js";
import { OSCORE } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { AdditionalData } from "../../../../src/security/oscore/context/additional-data.js";
import { deriveKeys, derivationInfo } from "../../../../src/security/oscore/context/derivation.js";
import { Nonces } from "../../../../src/security/oscore/context/nonce.js";
import {
  AEADS,
  completeParameters,
  type ContextParameters,
} from "../../../../src/security/oscore/context/parameters.js";
import { establish, type SecurityContext } from "../../../../src/security/oscore/context/security-context.js";
import { VolatileSequenceNumbers } from "../../../../src/security/oscore/context/sequence-numbers.js";
import {
  PlaintextBuffer,
  outerCode,
  outerOptions,
  placeOptions,
} from "../../../../src/security/oscore/message/plaintext.js";
import { decryptedMessage } from "../../../../src/security/oscore/message/decrypted-message.js";
import { reencode } from "../../../../src/security/oscore/message/reencode.js";
import { decodeOscoreOption, encodeOscoreOption } from "../../../../src/security/oscore/option.js";
import type { Crypto } from "../../../../src/ports/crypto.js";
import { assert, describe, it } from "../../../portable.js";
import { vectors } from "../../vectors/oscore-rfc8613.js";

type Derivation = (typeof vectors.derivation)[number];
type Example = (typeof vectors.messages)[number];

const { number: ALGORITHM } = AEADS["AES-CCM-16-64-128"];
const NOTHING = fromHex("");

function inputs(derivation: Derivation): ContextParameters {
  return {
    masterSecret: fromHex(derivation.master_secret),
    masterSalt: fromHex(derivation.master_salt),
    senderId: fromHex(derivation.sender_id),
    recipientId: fromHex(derivation.recipient_id),
    ...(derivation.id_context !== null && { idContext: fromHex(derivation.id_context) }),
  };
}

function contextOf(crypto: Crypto, section: string, firstNumber: number): SecurityContext {
  const derivation = vectors.derivation.find((one) => one.section === section)!;
  return establish(crypto, inputs(derivation), new VolatileSequenceNumbers(firstNumber));
}

/** The context at the other end. */
function peerOf(crypto: Crypto, section: string): SecurityContext {
  const other = section.endsWith("1") ? section.replace(/1$/u, "2") : section.replace(/2$/u, "1");
  return contextOf(crypto, other, 0);
}

function number(hex: string): number {
  return Number.parseInt(hex, 16);
}

function requestOf(example: Example): Example {
  return vectors.messages.find(({ section }) => section === example.request)!;
}

function protect(context: SecurityContext, example: Example): string {
  const message = new Message(fromHex(example.unprotected));
  const isRequest = example.kind === "request";
  const options = new Options().addAll(message.options);
  const { inner, outer } = placeOptions(options, isRequest) ?? { inner: options, outer: undefined };
  const plaintext = new PlaintextBuffer(64).encode(message.code, inner, message.payload);
  assert.equal(toHex(plaintext), example.plaintext);
  const partialIv = example.partial_iv === undefined ? undefined : context.nextPartialIv();
  const ciphertext = isRequest
    ? context.sealRequest(partialIv!, plaintext)
    : context.sealResponse(number(requestOf(example).partial_iv!), partialIv, plaintext);
  assert.equal(toHex(ciphertext), example.ciphertext);
  const { senderId, idContext } = context.parameters;
  const kid = isRequest ? senderId : undefined;
  const kidContext = isRequest ? idContext : undefined;
  const value = encodeOscoreOption({ partialIv, kid, kidContext });
  assert.equal(toHex(value), example.oscore_option_value);
  const outside = outerOptions(outer, value);
  const buffer = new Uint8Array(128);
  const { type, messageId, token } = message;
  const code = outerCode(outer, isRequest);
  return toHex(buffer.subarray(0, encodeMessage(buffer, type, code, messageId, token, outside, ciphertext)));
}

function unprotect(context: SecurityContext, example: Example): string {
  const message = new Message(fromHex(example.protected));
  const { partialIv } = decodeOscoreOption(message.options.first(OSCORE)!);
  const plaintext =
    example.kind === "request"
      ? context.openRequest(partialIv!, message.payload)
      : context.openResponse(number(requestOf(example).partial_iv!), partialIv, message.payload);
  assert.ok(plaintext);
  const inner = decryptedMessage(message, plaintext);
  return toHex(reencode(inner, new Options().addAll(inner.options), inner.payload).bytes);
}

/** Declares the tests. @param provider is called within each test */
export function testVectors(provider: () => Crypto): void {
  describe("OSCORE vectors", () => {
    for (const derivation of vectors.derivation)
      it(`RFC 8613 §${derivation.section}: what is derived by the ${derivation.role}`, () => {
        const parameters = completeParameters(inputs(derivation));
        const { senderId, recipientId } = parameters;
        assert.equal(toHex(derivationInfo(senderId, parameters, "Key", 16)), derivation.info_sender_key);
        assert.equal(
          toHex(derivationInfo(recipientId, parameters, "Key", 16)),
          derivation.info_recipient_key,
        );
        assert.equal(toHex(derivationInfo(NOTHING, parameters, "IV", 13)), derivation.info_common_iv);
        const { senderKey, recipientKey, commonIv } = deriveKeys(provider(), parameters);
        assert.equal(toHex(senderKey), derivation.sender_key);
        assert.equal(toHex(recipientKey), derivation.recipient_key);
        assert.equal(toHex(commonIv), derivation.common_iv);
        assert.equal(toHex(new Nonces(commonIv, senderId).of(0)), derivation.sender_nonce_piv0);
        assert.equal(toHex(new Nonces(commonIv, recipientId).of(0)), derivation.recipient_nonce_piv0);
      });

    for (const example of vectors.messages) {
      it(`RFC 8613 §${example.section}: the ${example.kind} is protected to the byte`, () => {
        const context = contextOf(provider(), example.context, example.sender_sequence_number);
        assert.equal(protect(context, example), example.protected);
      });

      it(`RFC 8613 §${example.section}: the peer gets back what was protected`, () => {
        assert.equal(unprotect(peerOf(provider(), example.context), example), example.unprotected);
      });

      it(`RFC 8613 §${example.section}: nonce and additional data are those of the example`, () => {
        const request = example.kind === "request" ? example : requestOf(example);
        const partialIv = number(example.partial_iv ?? request.partial_iv!);
        const id = example.partial_iv === undefined ? request.sender_id : example.sender_id;
        assert.equal(toHex(new Nonces(fromHex(example.common_iv), fromHex(id)).of(partialIv)), example.nonce);
        const data = new AdditionalData(ALGORITHM, fromHex(request.sender_id));
        assert.equal(toHex(data.of(number(request.partial_iv!))), example.aad);
      });
    }
  });
}
