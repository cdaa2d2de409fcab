import { fromHex } from "../../../../../src/bytes/hex.js";
import { completeParameters } from "../../../../../src/security/oscore/context/parameters.js";
import { deriveKeys } from "../../../../../src/security/oscore/context/derivation.js";
import { SecurityContext, establish } from "../../../../../src/security/oscore/context/security-context.js";
import { VolatileSequenceNumbers } from "../../../../../src/security/oscore/context/sequence-numbers.js";
import type { AEAD, Crypto } from "../../../../../src/ports/crypto.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { CLIENT_PARAMETERS, mirrored } from "../layer/protected-lab.js";

const PLAINTEXT = fromHex("01b3747631");

/** Notes which arrays an AEAD is given. */
class NotingAEAD implements AEAD {
  readonly nonceBytes = 13;
  readonly tagBytes = 8;
  readonly nonces = new Set<Uint8Array>();
  readonly data = new Set<Uint8Array>();

  seal(nonce: Uint8Array, aad: Uint8Array): Uint8Array {
    this.nonces.add(nonce);
    this.data.add(aad);
    return PLAINTEXT;
  }

  open(nonce: Uint8Array, aad: Uint8Array): Uint8Array {
    return this.seal(nonce, aad);
  }

  close(): void {
    // It has no key.
  }
}

describe("OSCORE security context", () => {
  it("RFC 8613 §8: what either side protects the other one verifies, in both roles", () => {
    const client = establish(hostCrypto(), CLIENT_PARAMETERS);
    const server = establish(hostCrypto(), mirrored(CLIENT_PARAMETERS));
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      const request = one.nextPartialIv();
      assert.deepEqual(other.openRequest(request, one.sealRequest(request, PLAINTEXT)), PLAINTEXT);
      assert.equal(other.openRequest(request + 1, one.sealRequest(request, PLAINTEXT)), undefined);
      for (const partialIv of [undefined, other.nextPartialIv()]) {
        const sealed = other.sealResponse(request, partialIv, PLAINTEXT);
        assert.deepEqual(one.openResponse(request, partialIv, sealed), PLAINTEXT);
        // §7.1: it answers this request, and no other.
        assert.equal(one.openResponse(request + 1, partialIv, sealed), undefined);
      }
    }
  });

  it("prepared once, it makes no array a message but the result", () => {
    const parameters = completeParameters(CLIENT_PARAMETERS);
    const aead = new NotingAEAD();
    const crypto = { aead: () => aead } as unknown as Crypto;
    const keys = deriveKeys(hostCrypto(), parameters);
    const context = new SecurityContext(crypto, parameters, keys, new VolatileSequenceNumbers());
    for (let count = 0; count < 100; count += 1) {
      const partialIv = context.nextPartialIv();
      context.sealRequest(partialIv, PLAINTEXT);
      context.openRequest(partialIv, PLAINTEXT);
      context.sealResponse(partialIv, undefined, PLAINTEXT);
      context.openResponse(partialIv, partialIv, PLAINTEXT);
    }
    // One for each ID that a nonce may have, and for each side's requests.
    assert.deepEqual([aead.nonces.size, aead.data.size], [2, 2]);
  });
});
