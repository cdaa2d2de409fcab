import { encodeUtf8 } from "../../../../../src/bytes/utf8.js";
import { CHANGED, CONTENT, FETCH, FORBIDDEN, GET, POST, PUT } from "../../../../../src/coap/codec/code.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import {
  HOP_LIMIT,
  NO_RESPONSE,
  OSCORE,
  PROXY_URI,
  URI_PATH,
} from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { ResponseError } from "../../../../../src/coap/errors.js";
import { NO_RESPONSE_AT_ALL } from "../../../../../src/coap/requesting/no-response.js";
import { Freshness } from "../../../../../src/coap/server/freshness.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { CLIENT_PARAMETERS, ProtectedLab, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;

async function refusal(promise: Promise<unknown>): Promise<ResponseError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof ResponseError, String(error));
  return error;
}

/** Option numbers of a message, as they are seen from outside. */
function numbers(bytes: Uint8Array): number[] {
  return new Message(bytes).options.entries().map(({ number }) => number);
}

describe("OSCORE requests", () => {
  it("RFC 8613 §8: a request and its response are protected, and handlers see neither", async () => {
    const lab = new ProtectedLab();
    lab.site.add("hello", {
      get: ({ query, remote }) => text(`${query.join()} for ${remote.securityContext ?? "anybody"}`),
    });
    const response = await lab.until(lab.client.client.get(lab.uri("hello?first=1"), PEER));
    assert.equal(response.code, CONTENT);
    assert.equal(response.text(), "first=1 for peer");
    assert.equal(response.options.has(OSCORE), false);
    const [request] = lab.sent.map((bytes) => new Message(bytes));
    const [answer] = lab.received.map((bytes) => new Message(bytes));
    assert.deepEqual([request!.code, answer!.code], [POST, CHANGED]);
    assert.deepEqual(numbers(lab.sent[0]!), [OSCORE]);
    assert.deepEqual(numbers(lab.received[0]!), [OSCORE]);
    assert.equal(answer!.options.first(OSCORE)!.length, 0);
  });

  it("RFC 8613 §8: each request has a Partial IV of its own", async () => {
    const lab = new ProtectedLab();
    lab.site.add("hello", { get: () => text("hi") });
    for (let count = 0; count < 3; count += 1) await lab.until(lab.client.client.get(lab.uri("hello"), PEER));
    const ivs = lab.sent.map((bytes) => new Message(bytes).options.first(OSCORE)![1]);
    assert.deepEqual(ivs, [0, 1, 2]);
  });

  it("RFC 8613 §7.4: a repeated datagram is answered as before; the server acts once", async () => {
    for (const path of ["post", "put"]) {
      const lab = new ProtectedLab({ loss: 0.15, seed: 3 });
      let count = 0;
      const handler = (): ReturnType<typeof changed> => {
        count += 1;
        return changed();
      };
      lab.site.add(path, { post: handler, put: handler });
      for (let sent = 1; sent <= 10; sent += 1) {
        const method = path === "post" ? POST : PUT;
        const payload = encodeUtf8("x");
        await lab.until(lab.client.client.request(method, lab.uri(path), { ...PEER, payload }));
        assert.equal(count, sent);
      }
      assert.ok(lab.client.counters.retransmissions > 0);
    }
  });

  it("RFC 8613 §4.1.3.5: a registration whose answer was lost is answered again", async () => {
    const lab = new ProtectedLab({ loss: 0.2, seed: 5 });
    lab.site.add("state", { get: () => text("on"), observable: true });
    for (let count = 0; count < 5; count += 1) {
      const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
      assert.equal((await lab.until(observation.next())).value?.text(), "on");
      await lab.until(observation.cancel());
    }
    assert.ok(lab.client.counters.retransmissions > 0);
  });

  it("RFC 8613 §8.3: errors of resources are protected", async () => {
    const lab = new ProtectedLab();
    const { code } = await lab.until(refusal(lab.client.client.get(lab.uri("nothing"), PEER)));
    assert.equal(code, 0x84);
    assert.equal(new Message(lab.received[0]!).code, CHANGED);
  });

  it("RFC 8613 §4.1: FETCH with a body goes as POST, and comes as FETCH", async () => {
    const lab = new ProtectedLab();
    lab.site.add("query", { fetch: ({ method, payload }) => text(`${method} ${payload.length}`) });
    const options = { ...PEER, payload: encodeUtf8("what?") };
    const response = await lab.until(lab.client.client.request(FETCH, lab.uri("query"), options));
    assert.equal(response.text(), "5 5");
    assert.equal(new Message(lab.sent[0]!).code, POST);
  });

  it("RFC 8613 §4.1.3.3: the proxy gets to know the server, and not the resource", async () => {
    const lab = new ProtectedLab();
    const proxyUri = new Options().addString(PROXY_URI, "coap://example.com/resource?q=1");
    await lab.until(refusal(lab.client.client.get(lab.uri(""), { ...PEER, options: proxyUri })));
    const { options } = new Message(lab.sent[0]!);
    // The slash is that of RFC 7252 §6.5, step 8.
    assert.equal(options.string(PROXY_URI), "coap://example.com/");
    assert.equal(options.has(URI_PATH), false);
  });

  it("RFC 8768 §3: Hop-Limit is left to proxies", async () => {
    const lab = new ProtectedLab();
    lab.site.add("hello", { get: ({ options }) => text(String(options.uint(HOP_LIMIT))) });
    const options = new Options().addUint(HOP_LIMIT, 9);
    const response = await lab.until(lab.client.client.get(lab.uri("hello"), { ...PEER, options }));
    assert.equal(response.text(), "9");
    assert.deepEqual(numbers(lab.sent[0]!), [OSCORE, HOP_LIMIT]);
  });

  it("RFC 8613 §4.1.3.6: No-Response is inside", async () => {
    const lab = new ProtectedLab();
    let count = 0;
    lab.site.add("count", {
      post: () => {
        count += 1;
        return changed();
      },
    });
    const options = { ...PEER, noResponse: NO_RESPONSE_AT_ALL, confirmable: false };
    const { code } = await lab.until(lab.client.client.post(lab.uri("count"), options));
    await lab.advance(100);
    assert.deepEqual([code, count], [0, 1]);
    assert.equal(new Message(lab.sent[0]!).options.has(NO_RESPONSE), false);
    assert.equal(lab.received.length, 0);
  });

  it("RFC 9175 §2.3: the Echo value of a request that has to be fresh is for its client's eyes", async () => {
    const lab = new ProtectedLab();
    const freshness = new Freshness(lab.serverHost.clock, lab.serverHost.random);
    lab.site.add("lock", { put: freshness.guard(() => changed()) });
    const { code } = await lab.until(lab.client.client.put(lab.uri("lock"), PEER));
    assert.equal(code, CHANGED);
    assert.equal(lab.sent.length, 2);
    for (const bytes of [...lab.sent, ...lab.received]) assert.deepEqual(numbers(bytes), [OSCORE]);
  });

  it("resources are open, for any security context, or for those that are named", async () => {
    const lab = new ProtectedLab();
    const other = { ...CLIENT_PARAMETERS, senderId: Uint8Array.of(7), recipientId: Uint8Array.of(8) };
    lab.clientContexts.add("other", other);
    lab.serverContexts.add("other", mirrored(other));
    lab.site.add("open", { get: () => text("open") });
    lab.site.add("any", { get: () => text("any"), protectedBy: "any" });
    lab.site.add("mine", { get: () => text("mine"), protectedBy: ["peer"] });
    const codeOf = async (path: string, securityContext?: string): Promise<number> => {
      const options = securityContext === undefined ? {} : { securityContext };
      return lab.until(
        lab.client.client.get(lab.uri(path), options).then(
          ({ code }) => code,
          (error: unknown) => (error as ResponseError).code,
        ),
      );
    };
    const codes: number[][] = [];
    for (const path of ["open", "any", "mine"])
      codes.push([await codeOf(path), await codeOf(path, "other"), await codeOf(path, "peer")]);
    assert.deepEqual(codes, [
      [CONTENT, CONTENT, CONTENT],
      [0x81, CONTENT, CONTENT],
      [0x81, FORBIDDEN, CONTENT],
    ]);
  });

  it("RFC 8613 §9: the list of resources says which ones take protected requests only", async () => {
    const lab = new ProtectedLab();
    lab.site.add("open", { get: () => text("open") });
    lab.site.add("mine", { get: () => text("mine"), protectedBy: ["peer"] });
    const links = await lab.until(lab.client.client.get(lab.uri(".well-known/core")));
    assert.equal(links.text(), "</open>,</mine>;osc");
  });

  it("RFC 8613 §3.3: contexts with the same Recipient ID are told apart", async () => {
    const lab = new ProtectedLab();
    const secret = { ...CLIENT_PARAMETERS, masterSecret: new Uint8Array(16).fill(3) };
    const named = { ...CLIENT_PARAMETERS, idContext: Uint8Array.of(9, 9) };
    lab.serverContexts.add("by secret", mirrored(secret));
    lab.serverContexts.add("by ID Context", mirrored(named));
    lab.clientContexts.add("by secret", secret);
    lab.clientContexts.add("by ID Context", named);
    lab.site.add("who", { get: ({ remote }) => text(remote.securityContext ?? "nobody") });
    for (const securityContext of ["by secret", "by ID Context", "peer"]) {
      const response = await lab.until(lab.client.client.get(lab.uri("who"), { securityContext }));
      assert.equal(response.text(), securityContext);
    }
  });

  it("an endpoint without oscore says so, and one that has not the context", async () => {
    const lab = new ProtectedLab({
      client: { oscore: oscore({ contexts: new SecurityContexts(hostCrypto()) }) },
    });
    const failure = (promise: Promise<unknown>): Promise<unknown> =>
      promise.then(
        () => undefined,
        (error: unknown) => error,
      );
    const unknown = await lab.until(failure(lab.client.client.request(GET, lab.uri(""), PEER)));
    assert.ok(unknown instanceof RangeError && unknown.message.includes("security context"));
  });
});
