/** State in tokens with the algorithms that RFC 8974 §5.2 recommends, as Node has them. */

import assert from "node:assert/strict";
import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { Peer } from "../../../../src/coap/messaging/peer.js";
import { text } from "../../../../src/coap/server/response.js";
import { StateTokens, type StateProtector } from "../../../../src/coap/stateless/state-tokens.js";
import { StatelessRequests } from "../../../../src/coap/stateless/stateless-requests.js";
import { World } from "../../../../simulators/index.js";

/** AES-CCM with a tag of 64 bits. */
class AesCcm implements StateProtector {
  readonly overheadBytes = 8;
  readonly #key = randomBytes(16);

  seal(state: Uint8Array, sequence: number, context: Uint8Array): Uint8Array {
    const cipher = createCipheriv("aes-128-ccm", this.#key, nonce(sequence), { authTagLength: 8 });
    cipher.setAAD(context, { plaintextLength: state.length });
    return Buffer.concat([cipher.update(state), cipher.final(), cipher.getAuthTag()]);
  }

  open(sealed: Uint8Array, sequence: number, context: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - this.overheadBytes;
    const decipher = createDecipheriv("aes-128-ccm", this.#key, nonce(sequence), { authTagLength: 8 });
    decipher.setAuthTag(sealed.subarray(length));
    decipher.setAAD(context, { plaintextLength: length });
    const state = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final();
      return state;
    } catch {
      return undefined;
    }
  }
}

function nonce(sequence: number): Uint8Array {
  const bytes = Buffer.alloc(13);
  bytes.writeUInt32BE(sequence, 9);
  return bytes;
}

/** HMAC-SHA-256: the state can be read, but not changed. */
class HmacSha256 implements StateProtector {
  readonly overheadBytes = 16;
  readonly #key = randomBytes(32);

  seal(state: Uint8Array, sequence: number, context: Uint8Array): Uint8Array {
    return Buffer.concat([state, this.#code(state, sequence, context)]);
  }

  open(sealed: Uint8Array, sequence: number, context: Uint8Array): Uint8Array | undefined {
    const state = sealed.subarray(0, sealed.length - this.overheadBytes);
    const isGenuine = timingSafeEqual(sealed.subarray(state.length), this.#code(state, sequence, context));
    return isGenuine ? state : undefined;
  }

  #code(state: Uint8Array, sequence: number, context: Uint8Array): Uint8Array {
    const hmac = createHmac("sha256", this.#key).update(nonce(sequence));
    // The length keeps context and state apart.
    hmac.update(Uint8Array.of(context.length)).update(context).update(state);
    return hmac.digest().subarray(0, this.overheadBytes);
  }
}

const STATE = Uint8Array.of(1, 2, 3, 4, 5);

describe("state in tokens, with real algorithms", () => {
  for (const [name, make] of [
    ["AES-CCM", () => new AesCcm()],
    ["HMAC-SHA-256", () => new HmacSha256()],
  ] as const) {
    it(`RFC 8974 §5.2: ${name}: a token with one bit changed is none`, () => {
      const { clock } = new World({ seed: 1 }).host("fd00::1");
      const tokens = new StateTokens({ clock, protector: make(), lifetimeS: 93, outstanding: 32 });
      const peer = new Peer("fd00::2", 5683, 1, 0);
      const token = tokens.make(STATE, peer);
      for (let bit = 0; bit < 8 * token.length; bit += 1) {
        const changed = token.slice();
        changed[bit >> 3]! ^= 1 << (bit & 7);
        assert.equal(tokens.take(changed, peer), undefined, `bit ${bit}`);
      }
      assert.equal(tokens.take(token, new Peer("fd00::3", 5683, 2, 0)), undefined);
      assert.deepEqual([...tokens.take(token, peer)!], [...STATE]);
    });

    it(`RFC 8974 §3: ${name}: a server of ours returns the state`, async () => {
      const world = new World({ seed: 1 });
      const server = new Endpoint(world.host("fd00::1"), { port: 5683 });
      const client = new Endpoint(world.host("fd00::2"));
      server.site.add("a", { get: () => text("x") });
      const states: string[] = [];
      const requests = new StatelessRequests(client.client, {
        protector: make(),
        maxStateBytes: STATE.length,
        onResponse: (state, response) => void states.push(`${state.join()} ${response.text()}`),
      });
      await world.time.until(requests.send("coap://[fd00::1]/a", STATE));
      await world.time.advance(100);
      assert.deepEqual(states, ["1,2,3,4,5 x"]);
    });
  }

  it("RFC 8974 §3.1: AES-CCM: private state cannot be read in the token", () => {
    const { clock } = new World({ seed: 1 }).host("fd00::1");
    const tokens = new StateTokens({ clock, protector: new AesCcm(), lifetimeS: 93, outstanding: 32 });
    const state = Buffer.from("a secret that is long enough");
    const token = Buffer.from(tokens.make(state, new Peer("fd00::2", 5683, 1, 0)));
    assert.equal(token.includes(state.subarray(0, 6)), false);
  });
});
