/**
 * Messages of COSE, RFC 9052: what is read is written and read as the same, and nothing that was made up, or made with
 * another key, is authentic.
 */

import assert from "node:assert/strict";
import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { CborError } from "../../../src/cbor/error.js";
import { PortCoseCrypto } from "../../../src/cose/cose-crypto.js";
import { CoseError } from "../../../src/cose/errors.js";
import {
  countersignatureHolds,
  countersignaturesOf,
  messageTarget,
} from "../../../src/cose/messages/countersignature.js";
import { encodeEncrypt, openEncrypt, readEncrypt } from "../../../src/cose/messages/encrypt.js";
import { encodeEncrypt0, openEncrypt0, readEncrypt0 } from "../../../src/cose/messages/encrypt0.js";
import { encodeMac, readMac, verifyMac } from "../../../src/cose/messages/mac.js";
import { encodeMac0, readMac0, verifyMac0 } from "../../../src/cose/messages/mac0.js";
import type { Message } from "../../../src/cose/messages/message.js";
import { encodeSign, readSign, verifySign } from "../../../src/cose/messages/sign.js";
import { encodeSign1, readSign1, verifySign1 } from "../../../src/cose/messages/sign1.js";
import { UnsupportedAlgorithmError } from "../../../src/crypto/errors.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";
import { CBOR_WORDS } from "../cbor/cbor.js";
import { composeMessage } from "./compose-message.js";
import { CHECKERS_KEYS } from "./keys.js";

const crypto = new PortCoseCrypto(nodeCrypto);
const { symmetric, signature } = CHECKERS_KEYS;

/** Tags of messages, protected headers, direct recipients. */
const COSE_WORDS = [
  "d0",
  "d1",
  "d2",
  "d860",
  "d861",
  "d862",
  "43a1010a",
  "43a10105",
  "43a10127",
  "a10125",
].map((hex) => Buffer.from(hex, "hex"));

/** A message of any type, with what can be done with it. */
interface Understood {
  readonly message: Message;
  encode(): Uint8Array;
  /** The content, where something says that it is authentic. */
  check(): Uint8Array | undefined;
}

/** Reads a message as its tag says. */
function read(input: Uint8Array): Understood {
  switch (input[0] === 0xd8 ? input[1] : input[0]) {
    case 0xd0: {
      const message = readEncrypt0(input);
      return {
        message,
        encode: () => encodeEncrypt0(message),
        check: () => openEncrypt0(crypto, symmetric, message),
      };
    }
    case 0xd1: {
      const message = readMac0(input);
      return {
        message,
        encode: () => encodeMac0(message),
        check: () => verifyMac0(crypto, symmetric, message),
      };
    }
    case 0x60: {
      const message = readEncrypt(input);
      return {
        message,
        encode: () => encodeEncrypt(message),
        check: () => openEncrypt(crypto, symmetric, message),
      };
    }
    case 0x61: {
      const message = readMac(input);
      return {
        message,
        encode: () => encodeMac(message),
        check: () => verifyMac(crypto, symmetric, message),
      };
    }
    case 0x62: {
      const message = readSign(input);
      const check = (): Uint8Array | undefined =>
        verifySign(crypto, signature, message, message.signatures[0]!);
      return { message, encode: () => encodeSign(message), check };
    }
    default: {
      const message = readSign1(input);
      return {
        message,
        encode: () => encodeSign1(message),
        check: () => verifySign1(crypto, signature, message),
      };
    }
  }
}

/** Whether what is done is refused in one of the ways that are said. */
function isRefused(action: () => unknown): boolean {
  try {
    return action() === undefined;
  } catch (error) {
    if (
      error instanceof CoseError ||
      error instanceof UnsupportedAlgorithmError ||
      error instanceof CborError
    )
      return true;
    throw error;
  }
}

export const coseMessage: Target<Understood> = {
  name: "cose-message",
  errors: [CborError, CoseError],
  dictionary: [...CBOR_WORDS, ...COSE_WORDS],
  parse: read,
  check(understood) {
    const { message } = understood;
    const written = understood.encode();
    assertSameBytes(read(written).encode(), written, "what is written is read as the same");
    assert.ok(
      isRefused(() => understood.check()),
      "what is made up is authentic",
    );
    const holds = (): unknown =>
      countersignaturesOf(message.unprotected).find((countersignature) =>
        countersignatureHolds(crypto, signature, messageTarget(message), countersignature),
      );
    assert.ok(isRefused(holds), "a countersignature that is made up holds");
  },
  compose: composeMessage,
};
