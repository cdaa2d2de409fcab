import { toHex } from "../../../../src/bytes/hex.js";
import { Peer } from "../../../../src/coap/messaging/peer.js";
import { MIN_SEAL_BYTES, StateTokens } from "../../../../src/coap/stateless/state-tokens.js";
import { World, assert, describe, it } from "../../../portable.js";
import { ChecksumProtector } from "./checksum-protector.js";

const STATE = Uint8Array.of(1, 2, 3);

interface Bench {
  readonly world: World;
  readonly tokens: StateTokens;
  readonly peer: Peer;
}

function bench(protector = new ChecksumProtector(), lifetimeS = 93, outstanding = 4): Bench {
  const world = new World({ seed: 1 });
  const { clock } = world.host("fd00::1");
  const tokens = new StateTokens({ clock, protector, lifetimeS, outstanding });
  return { world, tokens, peer: new Peer("fd00::2", 5683, 1, 0) };
}

describe("state in tokens", () => {
  it("RFC 8974 §3.1: a state comes back from the peer that it was sent to, once", () => {
    const { tokens, peer } = bench();
    const token = tokens.make(STATE, peer);
    assert.equal(token.length, tokens.tokenBytes(STATE.length));
    assert.deepEqual(tokens.take(token, peer), STATE);
    assert.equal(tokens.take(token, peer), undefined);
    assert.deepEqual(tokens.take(tokens.make(new Uint8Array(0), peer), peer), new Uint8Array(0));
  });

  it("RFC 8974 §3.1: sequence number, then the seal over time and state", async () => {
    const { world, tokens, peer } = bench();
    tokens.make(STATE, peer);
    await world.time.advance(258_999);
    const token = tokens.make(STATE, peer);
    assert.equal(toHex(token.subarray(0, 11)), "00000001" + "00000102" + "010203");
    assert.equal(token.length, 11 + 8);
  });

  it("RFC 8974 §3.1: a token with one bit changed, or cut, is none", () => {
    const { tokens, peer } = bench();
    const token = tokens.make(STATE, peer);
    for (let bit = 0; bit < 8 * token.length; bit += 1) {
      const changed = token.slice();
      changed[bit >> 3]! ^= 1 << (bit & 7);
      assert.equal(tokens.take(changed, peer), undefined, `bit ${bit}`);
    }
    for (let length = 0; length < token.length; length += 1)
      assert.equal(tokens.take(token.subarray(0, length), peer), undefined, `${length} bytes`);
    assert.deepEqual(tokens.take(token, peer), STATE, "nothing of that used it up");
  });

  it("RFC 7252 §5.3.2: a token that another endpoint returns is none", () => {
    const { tokens, peer } = bench();
    const token = tokens.make(STATE, peer);
    assert.equal(tokens.take(token, new Peer("fd00::3", 5683, 2, 0)), undefined);
    assert.equal(tokens.take(token, new Peer("fd00::2", 5684, 3, 0)), undefined);
    assert.deepEqual(tokens.take(token, new Peer("fd00::2", 5683, 4, 0)), STATE);
  });

  it("RFC 8974 §3.1: limit lifetimeS: a token is good for so long", async () => {
    const { world, tokens, peer } = bench(new ChecksumProtector(), 10);
    const first = tokens.make(STATE, peer);
    const second = tokens.make(STATE, peer);
    await world.time.advance(10_999);
    assert.deepEqual(tokens.take(first, peer), STATE);
    await world.time.advance(1);
    assert.equal(tokens.take(second, peer), undefined);
  });

  it("RFC 8974 §5.2: limit outstanding: the newest tokens are good", () => {
    const { tokens, peer } = bench();
    const [first, second] = [0, 1, 2, 3, 4].map(() => tokens.make(STATE, peer));
    assert.equal(tokens.take(first!, peer), undefined);
    assert.deepEqual(tokens.take(second!, peer), STATE);
  });

  it("RFC 8974 §3.1: the token of another key is none", () => {
    const { tokens, peer } = bench();
    bench(new ChecksumProtector(2)).tokens.make(STATE, peer);
    const foreign = bench(new ChecksumProtector(2)).tokens.make(STATE, peer);
    tokens.make(STATE, peer);
    assert.equal(tokens.take(foreign, peer), undefined);
  });

  it("RFC 8974 §5.2: limit MIN_SEAL_BYTES: a seal has 64 bits", () => {
    assert.ok(bench(new ChecksumProtector(1, MIN_SEAL_BYTES)).tokens.tokenBytes(0) === 16);
    assert.throws(() => bench(new ChecksumProtector(1, MIN_SEAL_BYTES - 1)), RangeError, "at least 8");
  });
});
