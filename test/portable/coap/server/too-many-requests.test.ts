import { ClientErrorResponse, MAX_RETRY_AFTER_S, ResponseError } from "../../../../src/coap/errors.js";
import { tooManyRequests } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, reply } from "../wire.js";

describe("too many requests", () => {
  it("RFC 8516 §3: 4.29 says in Max-Age when to come back, and may say more", async () => {
    const lab = new Lab();
    lab.site.add("a", { get: () => tooManyRequests(300), put: () => tooManyRequests(60, "slow") });
    assert.deepEqual(await lab.wire.ask("41 01 1234 aa b161"), ["619d1234aad201012c"]);
    // 60 s is the default of Max-Age.
    assert.deepEqual(await lab.wire.ask("41 03 1235 aa b161"), ["619d1235aaff736c6f77"]);
  });

  it("RFC 8516 §4: a client learns when it may ask again, 60 s where nothing is said", async () => {
    const lab = new Lab();
    for (const [rest, seconds] of [
      ["d201012c", 300],
      ["d001", 0],
      ["", 60],
    ] as const) {
      lab.wire.answer = (heard) => reply(heard, "ACK", "9d", rest);
      const failure = assert.rejects(lab.endpoint.client.get(lab.uri("a")), ClientErrorResponse, "4.29");
      const error = await lab.until(failure);
      assert.deepEqual([error.code, error.retryAfterS], [0x9d, seconds]);
    }
  });

  it("RFC 8516 §5: MAX_RETRY_AFTER_S: no longer than an hour, as anybody can send such an answer", async () => {
    const lab = new Lab();
    for (const [rest, maxAge] of [
      ["d2010e10", 3600],
      ["d2010e11", 3601],
      ["d401ffffffff", 4_294_967_295],
    ] as const)
      for (const code of ["9d", "a3"]) {
        lab.wire.answer = (heard) => reply(heard, "ACK", code, rest);
        const failure = assert.rejects(lab.endpoint.client.get(lab.uri("a")), ResponseError);
        const error = await lab.until(failure);
        assert.deepEqual([error.retryAfterS, error.response.maxAge], [MAX_RETRY_AFTER_S, maxAge]);
      }
    assert.equal(MAX_RETRY_AFTER_S, 3600);
  });

  it("RFC 7252 §5.9.3.4: so it does for 5.03, and for nothing else", async () => {
    const lab = new Lab();
    for (const [code, seconds] of [
      ["a3", 5],
      ["a0", undefined],
      ["84", undefined],
    ] as const) {
      lab.wire.answer = (heard) => reply(heard, "ACK", code, "d10105");
      const failure = assert.rejects(lab.endpoint.client.get(lab.uri("a")), ResponseError);
      assert.equal((await lab.until(failure)).retryAfterS, seconds);
    }
  });
});
