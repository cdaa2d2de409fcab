import { DEFAULT_PARAMETERS } from "../../../../../src/coap/messaging/parameters.js";
import { nonTimeoutRandomMs, qBlockParameters } from "../../../../../src/coap/bodies/qblock/parameters.js";
import { assert, describe, it } from "../../../../portable.js";

describe("parameters of Q-Block", () => {
  it("RFC 9177 §7.2: the defaults of Table 3", () => {
    const parameters = qBlockParameters(DEFAULT_PARAMETERS);
    assert.equal(parameters.maxPayloads, 10);
    assert.equal(parameters.nonMaxRetransmit, 4);
    assert.equal(parameters.nonTimeoutMs, 2_000);
    assert.equal(parameters.nonReceiveTimeoutMs, 4_000);
    assert.equal(parameters.nonProbingWaitMs, 248_000);
    assert.equal(parameters.nonPartialTimeoutMs, 247_000);
    assert.equal(nonTimeoutRandomMs(parameters, 0), 2_000);
    assert.equal(nonTimeoutRandomMs(parameters, 1), 3_000);
  });

  it("RFC 9177 §7.2: all of them can be changed, and others follow", () => {
    const parameters = qBlockParameters(DEFAULT_PARAMETERS, { nonTimeoutMs: 4_000, nonPartialTimeoutMs: 9 });
    assert.equal(parameters.nonReceiveTimeoutMs, 8_000);
    assert.equal(parameters.nonPartialTimeoutMs, 9);
  });

  it("RFC 9177 §7.2: NON_RECEIVE_TIMEOUT exceeds NON_TIMEOUT_RANDOM by a second at least", () => {
    qBlockParameters(DEFAULT_PARAMETERS, { nonReceiveTimeoutMs: 4_000 });
    assert.throws(() => qBlockParameters(DEFAULT_PARAMETERS, { nonReceiveTimeoutMs: 3_999 }), RangeError);
  });

  it("RFC 9177 §7.2: MAX_PAYLOADS is 1 at least", () => {
    qBlockParameters(DEFAULT_PARAMETERS, { maxPayloads: 1 });
    for (const maxPayloads of [0, 1.5])
      assert.throws(() => qBlockParameters(DEFAULT_PARAMETERS, { maxPayloads }), RangeError);
  });
});
