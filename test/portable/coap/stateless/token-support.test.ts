import { fromHex } from "../../../../src/bytes/hex.js";
import { parseUri } from "../../../../src/coap/codec/uri.js";
import type { Endpoint } from "../../../../src/coap/endpoint.js";
import { TimeoutError } from "../../../../src/coap/errors.js";
import { TokenLengthError, TokenSupport } from "../../../../src/coap/stateless/token-support.js";
import { assert, describe, it } from "../../../portable.js";
import { CapableLab, TAKES_BERT } from "../bodies/block/capable-peers.js";
import { Lab, empty, reply } from "../wire.js";

/** What the wire's socket is found out to take. */
function support({ client }: Endpoint, uri: string): (tokenBytes: number) => Promise<void> {
  const { endpoint, requests } = client.parts;
  const { clock, random } = endpoint;
  const tokens = new TokenSupport(requests, clock, random);
  return (tokenBytes) => tokens.require(client.peer(parseUri(uri), undefined), tokenBytes);
}

/** A lab whose peer gives such answers: codes, or RST. */
function answering(...answers: readonly string[]): Lab {
  const lab = new Lab();
  let count = 0;
  lab.wire.answer = (request) => {
    const code = answers[Math.min(count, answers.length - 1)]!;
    count += 1;
    return code === "RST" ? empty(request, "RST") : reply(request, "ACK", code);
  };
  return lab;
}

describe("support of long tokens", () => {
  it("RFC 8974 §2.2.2: is tried with a Confirmable GET that has If-None-Match and such a token", async () => {
    const lab = answering("84");
    const requires = support(lab.endpoint, lab.uri(""));
    await lab.until(requires(24));
    const [request, ...none] = lab.wire.take();
    // Type CON, TKL 13, GET; 24 - 13; the token; If-None-Match (5) without a value.
    assert.equal(request?.slice(0, 4), "4d01");
    assert.equal(request?.slice(8, 10), "0b");
    assert.equal(request?.slice(58), "50");
    assert.equal(none.length, 0);
  });

  it("RFC 8974 §2.2.2: any response says that tokens up to this length are taken", async () => {
    const lab = answering("82");
    const requires = support(lab.endpoint, lab.uri(""));
    await lab.until(requires(24));
    await lab.until(requires(23));
    assert.equal(lab.wire.take().length, 1);
    await lab.until(requires(25));
    assert.equal(lab.wire.take().length, 1, "a longer one is tried");
  });

  it("RFC 8974 §2.2.2: a Reset says that none beyond 8 bytes is taken", async () => {
    const lab = answering("RST");
    const requires = support(lab.endpoint, lab.uri(""));
    await assert.rejects(lab.until(requires(24)), TokenLengthError, "24 bytes");
    await assert.rejects(lab.until(requires(9)), TokenLengthError, "9 bytes");
    await lab.until(requires(8));
    assert.equal(lab.wire.take().length, 1);
  });

  it("RFC 8974 §2.2.2: 4.00 says that such a token is too long, 5.03 that it is now", async () => {
    const lab = answering("80", "a3", "84");
    const requires = support(lab.endpoint, lab.uri(""));
    await assert.rejects(lab.until(requires(24)), TokenLengthError);
    await assert.rejects(lab.until(requires(24)), TokenLengthError);
    assert.equal(lab.wire.take().length, 1);
    await assert.rejects(lab.until(requires(20)), TokenLengthError);
    await lab.until(requires(20));
    assert.equal(lab.wire.take().length, 2);
  });

  it("RFC 8974 §2.2.2: what was found out counts for 1800 s", async () => {
    for (const code of ["84", "RST"]) {
      const lab = answering(code);
      const requires = (tokenBytes: number): Promise<unknown> =>
        lab.until(support(lab.endpoint, lab.uri(""))(tokenBytes).catch(() => undefined));
      await requires(24);
      assert.equal(lab.wire.take().length, 1);
      // The trial took the way there and back.
      await lab.advance(1_800_000 - 1);
      await requires(24);
      assert.equal(lab.wire.take().length, 0);
      await lab.advance(1);
      await requires(24);
      assert.equal(lab.wire.take().length, 1);
    }
  });

  it("RFC 8974 §2.2.2: who does not answer is asked again", async () => {
    const lab = new Lab();
    const requires = support(lab.endpoint, lab.uri(""));
    await assert.rejects(lab.until(requires(24)), TimeoutError);
    lab.wire.take();
    lab.wire.answer = (request) => reply(request, "ACK", "84");
    await lab.until(requires(24));
    assert.equal(lab.wire.take().length, 1);
  });

  it("asks once for all who want to know", async () => {
    const lab = answering("84");
    const requires = support(lab.endpoint, lab.uri(""));
    await lab.until(Promise.all([requires(24), requires(24), requires(24)]));
    assert.equal(lab.wire.take().length, 1);
  });

  it("RFC 8974 §2.2: a token that every server takes is not tried", async () => {
    const lab = answering("84");
    await lab.until(support(lab.endpoint, lab.uri(""))(8));
    assert.equal(lab.wire.take().length, 0);
    await lab.until(support(lab.endpoint, lab.uri(""))(9));
    assert.equal(lab.wire.take().length, 1);
  });

  it("RFC 8974 §2.2.1: over connections the server has said what it takes", async () => {
    const { endpoint, wire, world } = new CapableLab({ ...TAKES_BERT, maxTokenBytes: 16 });
    const requires = support(endpoint, "coap://[fd00::2]:40000");
    await world.time.until(requires(16));
    await assert.rejects(world.time.until(requires(17)), TokenLengthError, "17 bytes");
    assert.deepEqual(wire.take(), []);
  });

  it("RFC 8974 §2.2: long tokens of two trials are told apart", async () => {
    const lab = new Lab();
    const requires = support(lab.endpoint, lab.uri(""));
    const both = Promise.all([requires(30), requires(40).catch((error: unknown) => error)]);
    both.catch(() => undefined);
    await lab.advance(5);
    const first = fromHex(lab.wire.take()[0]!);
    lab.wire.send(reply(first, "ACK", "84"));
    await lab.advance(5);
    const second = fromHex(lab.wire.take()[0]!);
    lab.wire.send(reply(second, "ACK", "80"));
    const [, refusal] = await lab.until(both);
    assert.ok(refusal instanceof TokenLengthError);
  });
});
