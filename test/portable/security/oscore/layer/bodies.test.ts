import { BLOCK1, BLOCK2, OBSERVE, OSCORE } from "../../../../../src/coap/codec/option-number.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import { OCTET_STREAM } from "../../../../../src/coap/codec/content-format.js";
import { CONTENT, FETCH } from "../../../../../src/coap/codec/code.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { ServerErrorResponse } from "../../../../../src/coap/errors.js";
import { changed, content, text } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { CLIENT_PARAMETERS, ProtectedLab, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;
const BODY = new Uint8Array(5000).map((_, index) => index);

describe("OSCORE bodies and observations", () => {
  it("RFC 8613 §4.1.3.4.1: bodies travel in inner blocks, both ways, with loss", async () => {
    const lab = new ProtectedLab({ loss: 0.1, seed: 2 });
    let stored: Uint8Array | undefined;
    lab.site.add("body", {
      get: () => content(BODY, OCTET_STREAM),
      put: ({ payload }) => {
        stored = payload;
        return changed();
      },
    });
    await lab.until(lab.client.client.put(lab.uri("body"), { ...PEER, payload: BODY }));
    assert.deepEqual(stored, BODY);
    const response = await lab.until(lab.client.client.get(lab.uri("body"), PEER));
    assert.deepEqual(response.payload, BODY);
    for (const bytes of [...lab.sent, ...lab.received]) {
      const { options } = new Message(bytes);
      assert.equal(options.has(BLOCK1) || options.has(BLOCK2), false);
      assert.ok(bytes.length <= 1152);
    }
  });

  it("RFC 8613 §8: who has no key gets no block of what another one reads", async () => {
    const lab = new ProtectedLab();
    let rendered = 0;
    lab.site.add("body", {
      get: ({ remote }) => {
        rendered += 1;
        return content(remote.securityContext ? BODY : new Uint8Array(5000), OCTET_STREAM);
      },
    });
    const mine = await lab.until(lab.client.client.get(lab.uri("body"), PEER));
    const open = await lab.until(lab.client.client.get(lab.uri("body")));
    assert.deepEqual(mine.payload, BODY);
    assert.deepEqual(open.payload, new Uint8Array(5000));
    assert.equal(rendered, 2);
  });

  it("RFC 7959 §7: blocks without protection change nothing of a protected body, nor the other way round", async () => {
    const lab = new ProtectedLab();
    const stored = new Map<string | undefined, Uint8Array>();
    lab.site.add("body", {
      put: ({ payload, remote }) => {
        stored.set(remote.securityContext, payload);
        return changed();
      },
    });
    const other = BODY.slice().reverse();
    const { client } = lab.client;
    await lab.until(
      Promise.all([
        client.put(lab.uri("body"), { ...PEER, payload: BODY }),
        client.put(lab.uri("body"), { payload: other }),
      ]),
    );
    assert.deepEqual(stored.get("peer"), BODY);
    assert.deepEqual(stored.get(undefined), other);
  });

  it("RFC 8613 §4.1.3.5: states come in the order of their Partial IVs; outside they are FETCH and 2.05", async () => {
    const lab = new ProtectedLab();
    let state = 0;
    const resource = lab.site.add("state", { get: () => text(String(state)), observable: true });
    const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
    const seen: string[] = [];
    for (; state < 5; state += 1, resource.notify())
      seen.push((await lab.until(observation.next())).value!.text());
    assert.deepEqual(seen, ["0", "1", "2", "3", "4"]);
    const [first, ...later] = lab.received.map((bytes) => new Message(bytes));
    assert.equal(new Message(lab.sent[0]!).code, FETCH);
    assert.equal(new Message(lab.sent[0]!).options.uint(OBSERVE), 0);
    assert.equal(first!.code, CONTENT);
    assert.equal(first!.options.first(OSCORE)!.length, 0);
    const notifications = later.filter(({ options }) => options.has(OSCORE));
    assert.ok(notifications.length >= 4);
    for (const { options, code } of notifications) {
      assert.equal(code, CONTENT);
      assert.ok(options.first(OSCORE)!.length >= 2);
      assert.ok(options.has(OBSERVE));
    }
    await lab.until(observation.cancel());
    await lab.advance(100);
    const before = lab.received.length;
    resource.notify();
    await lab.advance(10_000);
    assert.equal(lab.received.length, before);
  });

  it("RFC 8613 §4.1.3.5: notifications with large states, and Non-confirmable ones", async () => {
    for (const notifications of ["CON", "NON"] as const) {
      const lab = new ProtectedLab();
      let state = BODY;
      const resource = lab.site.add("state", {
        get: () => content(state, OCTET_STREAM),
        observable: true,
        notifications,
      });
      const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
      assert.deepEqual((await lab.until(observation.next())).value!.payload, BODY);
      state = BODY.slice(0, 3000);
      resource.notify();
      assert.deepEqual((await lab.until(observation.next())).value!.payload, state);
      await lab.until(observation.cancel());
    }
  });

  it("RFC 7641 §4.5.2: a newer state takes the place of one that was not acknowledged, protected anew", async () => {
    const lab = new ProtectedLab();
    let state = 0;
    const resource = lab.site.add("state", { get: () => text(String(state)), observable: true });
    const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
    await lab.until(observation.next());
    lab.world.network.setConditions({ loss: 1 });
    state = 1;
    resource.notify();
    await lab.advance(100);
    state = 2;
    resource.notify();
    await lab.advance(100);
    lab.world.network.setConditions({ loss: 0 });
    const { value } = await lab.until(observation.next());
    assert.equal(value!.text(), "2");
    await lab.until(observation.cancel());
  });

  it("RFC 7641 §4.2: a resource that goes away says so in a protected notification", async () => {
    const lab = new ProtectedLab();
    lab.site.add("state", { get: () => text("on"), observable: true });
    const observation = await lab.until(lab.client.client.observe(lab.uri("state"), PEER));
    await lab.until(observation.next());
    lab.site.remove("state");
    const end = await lab.until(
      observation.next().then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
    assert.ok(String(end).includes("4.04"), String(end));
    assert.ok(
      lab.received
        .map((bytes) => new Message(bytes))
        .every(({ options, code }) => code === 0 || options.has(OSCORE)),
    );
  });

  it("observations of one resource by two contexts are two", async () => {
    const lab = new ProtectedLab();
    const other = { ...CLIENT_PARAMETERS, senderId: Uint8Array.of(7), recipientId: Uint8Array.of(8) };
    lab.clientContexts.add("other", other);
    lab.serverContexts.add("other", mirrored(other));
    const resource = lab.site.add("who", {
      get: ({ remote }) => text(remote.securityContext ?? "nobody"),
      observable: true,
    });
    const mine = await lab.until(lab.client.client.observe(lab.uri("who"), PEER));
    const theirs = await lab.until(lab.client.client.observe(lab.uri("who"), { securityContext: "other" }));
    const open = await lab.until(lab.client.client.observe(lab.uri("who")));
    for (let round = 0; round < 2; round += 1, resource.notify()) {
      assert.equal((await lab.until(mine.next())).value!.text(), "peer");
      assert.equal((await lab.until(theirs.next())).value!.text(), "other");
      assert.equal((await lab.until(open.next())).value!.text(), "nobody");
    }
    lab.serverContexts.remove("other");
    resource.notify();
    assert.equal((await lab.until(mine.next())).value!.text(), "peer");
  });

  it("RFC 7641 §4.1: an endpoint with all places for observers gives one up, and hears so protected", async () => {
    const lab = new ProtectedLab({ server: { limits: { observers: 2 } } });
    for (const name of ["a", "b"]) lab.site.add(name, { get: () => text(name), observable: true });
    const [first, second] = [
      await lab.until(lab.client.client.observe(lab.uri("a"), PEER)),
      await lab.until(lab.client.client.observe(lab.uri("b"), PEER)),
    ];
    const another = new Endpoint(lab.world.host("fd00::3"));
    const open = await lab.until(another.client.observe(lab.uri("a")));
    assert.ok(open.active);
    await lab.until(first.next());
    await lab.until(assert.rejects(first.next(), ServerErrorResponse, "5.03"));
    const last = new Message(lab.received.at(-1)!);
    assert.ok(last.options.has(OSCORE));
    assert.deepEqual([first.active, second.active], [false, true]);
    another.close();
  });
});
