import { parseUri } from "../../../../src/coap/codec/uri.js";
import { TokenLengthError, TokenSupport } from "../../../../src/coap/stateless/token-support.js";
import { assert, describe, it } from "../../../portable.js";
import { ABORT, CSM, ConnectionLab } from "./connection-lab.js";

/** Which of these lengths a client takes for tokens, after such options in the server's CSM. */
async function usable(csm: string, lengths: readonly number[]): Promise<number[]> {
  const lab = new ConnectionLab();
  const hands = lab.listen();
  const { client } = lab.endpoint;
  const { endpoint, requests } = client.parts;
  const { clock, random } = endpoint;
  const support = new TokenSupport(requests, clock, random);
  const taken: number[] = [];
  const asked = lengths.map((length) =>
    support.require(client.peer(parseUri(lab.uri("")), undefined), length).then(
      () => void taken.push(length),
      (error: unknown) => assert.ok(error instanceof TokenLengthError),
    ),
  );
  await lab.advance(20);
  hands[0]!.send(lab.frame(CSM, "", csm));
  await lab.until(Promise.all(asked));
  return taken;
}

describe("extended tokens over connections", () => {
  it("RFC 8974 §2.2.1: the CSM says what is taken, and nothing where that is the base value", async () => {
    for (const [maxTokenBytes, rest] of [
      // Max-Message-Size (2) 1152, Block-Wise-Transfer (4), Extended-Token-Length (6).
      [8, "22048020"],
      [9, "22048020" + "2109"],
      [300, "22048020" + "22012c"],
    ] as const) {
      const lab = new ConnectionLab({ limits: { maxTokenBytes } });
      assert.deepEqual(lab.take(await lab.connect()), [{ code: CSM, token: "", rest }]);
    }
  });

  it("RFC 8974 §2.2.1: the CSM says 65804 at most", async () => {
    const lab = new ConnectionLab({ limits: { maxTokenBytes: 65_805, maxMessageBytes: 66_000 } });
    // Max-Message-Size 66000; 65804 is 01010c.
    const rest = "230101d0" + "20" + "2301010c";
    assert.deepEqual(lab.take(await lab.connect()), [{ code: CSM, token: "", rest }]);
  });

  it("RFC 8974 §2.2.1: an Extended-Token-Length below 8 is ignored", async () => {
    assert.deepEqual(await usable("61 07", [8, 9]), [8]);
    assert.deepEqual(await usable("61 09", [8, 9, 10]), [8, 9]);
  });

  it("RFC 8974 §2.2.1: one above 65804 counts as 65804", async () => {
    assert.deepEqual(await usable("63 01010d", [65_804, 65_805]), [65_804]);
  });

  it("RFC 8974 §2.2.1: a request with a longer token than was said is a format error, no other one is", async () => {
    const lab = new ConnectionLab({ limits: { maxTokenBytes: 20 } });
    const hand = await lab.greet();
    // TKL 13: 13 + 7 bytes of token. GET /a; 2.05 with Content-Format 0 and 1.
    const longest = "ab".repeat(20);
    assert.equal(await hand.ask(`2d 01 07 ${longest} b161`), `3d4507${longest}c0ff31`);
    assert.equal(hand.ended, undefined);
    hand.send(`2d 01 08 ${longest}ab b161`);
    await lab.advance(10);
    const [abort] = lab.take(hand);
    assert.equal(abort?.code, ABORT);
    assert.equal(hand.ended, "closed");
  });
});
