/** Arguments from programs that no type checker has seen. */

import { CachingClient } from "../../../src/coap/cache/caching-client.js";
import { TimeoutError } from "../../../src/coap/errors.js";
import { Endpoint, type EndpointOptions } from "../../../src/coap/endpoint.js";
import { requireKnown } from "../../../src/coap/known-names.js";
import type { RequestOptions } from "../../../src/coap/request-options.js";
import { Site } from "../../../src/coap/server/site.js";
import type { ResourceDefinition } from "../../../src/coap/server/resource.js";
import { text } from "../../../src/coap/server/response.js";
import { assert, describe, it } from "../../portable.js";
import { Lab } from "./wire.js";

const METHODS = ["get", "post", "put", "delete", "fetch", "patch", "ipatch"] as const;
/** What plain JavaScript can give as options: bytes of a payload, options with others behind them, misspelt ones. */
const WRONG: readonly (readonly unknown[])[] = [
  [Uint8Array.of(1, 2, 3), { securityContext: "phone" }],
  [new Uint8Array(0)],
  ["payload", { securityContext: "phone" }],
  [[], { securityContext: "phone" }],
  [undefined, { securityContext: "phone" }],
  [{}, { securityContext: "phone" }],
  [{ securitycontext: "phone" }],
  [{ payload: Uint8Array.of(1), ifmatch: [] }],
  [7],
];

type Call = (...args: unknown[]) => Promise<unknown>;

/** What plain JavaScript calls. */
function untyped(call: unknown, self: object): Call {
  return (...args) => Promise.resolve(Reflect.apply(call as Call, self, args));
}

describe("arguments that nobody would read", () => {
  it("a request with such arguments is refused, and nothing goes out", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    for (const requester of [client, new CachingClient(client, lab.host.clock)])
      for (const args of WRONG) {
        for (const method of METHODS)
          await assert.rejects(untyped(requester[method], requester)(lab.uri("a"), ...args), TypeError);
        await assert.rejects(untyped(requester.request, requester)(1, lab.uri("a"), ...args), TypeError);
      }
    for (const args of WRONG) {
      await assert.rejects(untyped(client.stream, client)(1, lab.uri("a"), ...args), TypeError);
      await assert.rejects(untyped(client.observe, client)(lab.uri("a"), ...args), TypeError);
      await assert.rejects(untyped(client.ping, client)(lab.uri("a"), ...args), TypeError);
      assert.throws(
        () =>
          Reflect.apply(client.multicast as (...all: unknown[]) => unknown, client, [
            "coap://[ff02::fd]",
            ...args,
          ]),
        TypeError,
      );
    }
    await lab.advance(10);
    assert.deepEqual(lab.wire.take(), []);
  });

  it("the error says what is not known, and what is", () => {
    const known = { accept: true, payload: true };
    assert.throws(
      () => requireKnown("options of a request", { payload: 1, acept: 2 }, known),
      TypeError,
      "expected options of a request: accept, payload; got acept",
    );
    assert.throws(
      () => requireKnown("options", Uint8Array.of(1), known),
      TypeError,
      "an object with options, got bytes",
    );
    assert.throws(() => requireKnown("options", {}, known, [1, 2]), TypeError, "got 2 more behind them");
    // Names that every object has are no options, and inherited options are.
    assert.throws(() => requireKnown("options", { toString: 1 }, known), TypeError, "got toString");
    requireKnown("options", Object.create({ accept: 1 }) as object, known);
    assert.throws(
      () => requireKnown("options", Object.create({ acept: 1 }) as object, known),
      TypeError,
      "acept",
    );
  });

  it("a resource that would not be protected as it was meant to be is refused", () => {
    const site = new Site();
    const definition = { get: () => text("x"), protectedby: "any" };
    assert.throws(() => site.add("door", definition as ResourceDefinition), TypeError, "got protectedby");
    site.add("door", { get: () => text("x"), protectedBy: "any" });
  });

  it("options, limits and parameters of an endpoint that there are not are refused", () => {
    const { host } = new Lab();
    for (const options of [{ oskore: 1 }, { limits: { peer: 1 } }, { parameters: { ackTimeout: 1 } }])
      assert.throws(() => new Endpoint(host, options as unknown as EndpointOptions), TypeError);
  });

  it("what there is may be undefined, as optional arguments are handed on", async () => {
    const lab = new Lab();
    const options = { payload: undefined, accept: undefined } as unknown as RequestOptions;
    await assert.rejects(
      lab.until(lab.endpoint.client.get(lab.uri("a"), { ...options, timeoutMs: 5 })),
      TimeoutError,
    );
    assert.equal(lab.wire.take().length, 1);
  });
});
