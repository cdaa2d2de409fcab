import { content, text } from "../../../../src/coap/server/response.js";
import { fromHex } from "../../../../src/bytes/hex.js";
import { UNAUTHORIZED } from "../../../../src/coap/codec/code.js";
import { ECHO } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { DefaultAmplificationPolicy } from "../../../../src/coap/messaging/amplification.js";
import { Peer } from "../../../../src/coap/messaging/peer.js";
import { RandomSource } from "../../../../src/coap/messaging/random-source.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { SeededRandom, World, assert, describe, it } from "../../../portable.js";
import { echoOf, withEcho } from "../echo.js";
import { GLOBAL, Lab, messageId, repeat, type LabOptions } from "../wire.js";

const LARGE = 1000;

/** At global addresses: /l has 1000 bytes `a`, /s is small and observable, /p creates what has a long path. */
function lab(options: LabOptions = {}): Lab {
  const made = new Lab({ global: true, ...options });
  made.site.add("l", { get: () => content(new Uint8Array(LARGE).fill(0x61), 42) });
  made.site.add("s", { get: () => text("1"), observable: true });
  return made;
}

function lengthOf(message: string | undefined): number {
  return message!.length / 2;
}

describe("amplification", () => {
  it("RFC 7252 §11.3: addresses that no router forwards from outside are exempt", () => {
    const world = new World({ seed: 1 });
    const policy = new DefaultAmplificationPolicy(world.time, new RandomSource(new SeededRandom(1)), 3);
    const allowed = (address: string): number => {
      const peer = new Peer(address, 1, 1, 0);
      policy.received(peer, 100, undefined);
      return policy.allowance(peer);
    };
    for (const address of [
      "::1",
      "127.0.0.1",
      "127.255.255.254",
      "fe80::1%eth0",
      "169.254.1.1",
      "fd00::1",
      "fc00::1",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.1",
      "192.168.9.9",
    ])
      assert.equal(allowed(address), Infinity, address);
    for (const address of [
      "2001:db8::1",
      "192.0.2.1",
      "172.15.0.1",
      "172.32.0.1",
      "192.169.0.1",
      "11.0.0.1",
      "fe00::1",
      "8.8.8.8",
    ])
      assert.equal(allowed(address), 300, address);
  });

  it("RFC 9175 §2.3: leaves the Echo value that a handler demands as it is", async () => {
    const made = lab();
    const echo = "0102030405060708";
    made.site.add("e", {
      get: () => {
        throw new RequestError(UNAUTHORIZED, "", { options: new Options().add(ECHO, fromHex(echo)) });
      },
    });
    const [answer] = await made.wire.ask("40 01 00 01 b1 65");
    assert.equal(echoOf(answer), echo);
  });

  it("RFC 9175 §2.4: three times the request, or 136 bytes where that is more", () => {
    const world = new World({ seed: 1 });
    const random = new RandomSource(new SeededRandom(1));
    const peer = new Peer("2001:db8::1", 1, 1, 0);
    const cases = [
      [3, 45, 136],
      [3, 46, 138],
      [3, 1000, 3000],
      [1, 200, 200],
      [10, 45, 450],
      [0, 4, Infinity],
    ] as const;
    for (const [factor, bytes, allowed] of cases) {
      const policy = new DefaultAmplificationPolicy(world.time, random, factor);
      policy.received(peer, bytes, undefined);
      assert.equal(policy.allowance(peer), allowed);
      policy.sent(peer, 100);
      assert.equal(policy.allowance(peer), allowed - 100);
    }
    assert.throws(() => new DefaultAmplificationPolicy(world.time, random, -1), RangeError, "-1");
    assert.throws(() => new DefaultAmplificationPolicy(world.time, random, NaN), RangeError, "NaN");
  });

  it("cuts a large answer into smaller blocks, and offers an Echo option", async () => {
    const { wire, endpoint } = lab();
    const [answer, ...none] = await wire.ask("40 01 0001 b1 6c");
    assert.equal(none.length, 0);
    assert.ok(lengthOf(answer) <= 136);
    const message = Message.parse(fromHex(answer!));
    // 2.05, block 0 of 64 bytes, more to come, 1000 in all: NUM 0, M 1, SZX 2.
    assert.deepEqual([message.code, message.options.uint(23), message.options.uint(28)], [0x45, 0x0a, LARGE]);
    assert.equal(message.payload.length, 64);
    assert.equal(message.options.first(252)!.length, 8);
    assert.ok(message.options.has(4), "RFC 7959 §2.4: an entity tag with blocks");
    assert.equal(endpoint.counters.amplificationLimited, 0);
  });

  it("a longer request may have a longer answer", async () => {
    const { wire } = lab();
    // 200 bytes of an elective option 248 (delta 237): 3 * 209 bytes allow a block of 512.
    const [answer] = await wire.ask(`40 01 0001 b1 6c dd e0 bb ${repeat("00", 200)}`);
    assert.ok(lengthOf(answer) <= 3 * 210);
    assert.equal(Message.parse(fromHex(answer!)).payload.length, 512);
  });

  it("RFC 9175 §2.3: who returns the Echo option gets whole messages, for a while", async () => {
    const { wire } = lab();
    const [first] = await wire.ask("40 01 0001 b1 6c");
    const [second] = await wire.ask(withEcho("0002", "6c", echoOf(first)));
    assert.equal(Message.parse(fromHex(second!)).payload.length, LARGE);
    const [third] = await wire.ask("40 01 0003 b1 6c", 247_000);
    assert.equal(Message.parse(fromHex(third!)).payload.length, LARGE);
    const [fourth] = await wire.ask("40 01 0004 b1 6c");
    assert.equal(Message.parse(fromHex(fourth!)).payload.length, 64);
  });

  it("another Echo option proves nothing, nor that of another peer", async () => {
    const made = lab();
    const [first] = await made.wire.ask("40 01 0001 b1 6c");
    const [wrong] = await made.wire.ask(withEcho("0002", "6c", repeat("00", 8)));
    assert.ok(lengthOf(wrong) <= 136);
    const other = made.world.host("2001:db8::3");
    const socket = new other.udp({ port: 1 });
    socket.write(fromHex(withEcho("0001", "6c", echoOf(first)).replaceAll(" ", "")), GLOBAL, 5683);
    await made.advance(10);
    assert.ok(socket.read()!.byteLength <= 136);
  });

  it("RFC 9175 §2.4: an answer that cannot be cut is asked for with 4.01 and Echo", async () => {
    const made = lab();
    made.site.add("o", { get: () => ({ code: 0x45, locationPath: [repeat("x", 140)] }) });
    const { wire, endpoint } = made;
    const [challenge] = await wire.ask("42 01 0001 aabb b1 6f");
    // 4.01 with nothing but an Echo option: number 252 is delta 13 + 239.
    assert.equal(challenge, `62810001aabbd8ef${echoOf(challenge)}`);
    assert.equal(endpoint.counters.amplificationLimited, 1);
    const [answer] = await wire.ask(withEcho("0002", "6f", echoOf(challenge)));
    assert.equal(answer!.slice(0, 8), "60450002");
    assert.ok(lengthOf(answer) > 140);
  });

  it("RFC 9175 §2.3: a POST whose answer needs the Echo option is done once, another one by itself", async () => {
    const made = lab();
    let done = 0;
    made.site.add("o", {
      post: () => {
        done += 1;
        return { code: 0x41, locationPath: [String(done), repeat("x", 140)] };
      },
    });
    const { wire } = made;
    const [challenge] = await wire.ask("40 02 0001 b1 6f ff 61");
    assert.equal(challenge!.slice(0, 8), "60810001");
    const echo = `d8 e4 ${echoOf(challenge)}`;
    const [answer] = await wire.ask(`40 02 0002 b1 6f ${echo} ff 61`);
    // 2.01 with Location-Path "1".
    assert.equal(answer!.slice(0, 12), "604100028131");
    const [other] = await wire.ask(`40 02 0003 b1 6f ${echo} ff 62`);
    assert.equal(other!.slice(0, 12), "604100038132");
    const [again] = await wire.ask(`40 02 0004 b1 6f ${echo} ff 61`);
    assert.equal(again!.slice(0, 12), "604100048133");
  });

  it("RFC 9175 §2.4: the demand is never a separate Confirmable response", async () => {
    const made = lab();
    made.site.add("o", {
      get: () =>
        new Promise((resolve) => {
          const large = { code: 0x45, locationPath: [repeat("x", 140)] };
          made.world.time.set(() => resolve(large), 1000);
        }),
    });
    const [acknowledgement, challenge, ...none] = await made.wire.ask("41 01 0001 aa b1 6f", 100_000);
    assert.equal(acknowledgement, "60000001");
    assert.equal(challenge!.slice(0, 4), "5181", "a Non-confirmable 4.01");
    assert.equal(none.length, 0);
  });

  it("RFC 7252 §11.3: a short duplicate does not fetch the long answer to a long request", async () => {
    const made = lab();
    made.site.add("p", { post: () => content(new Uint8Array(400).fill(0x61), 42) });
    const { wire } = made;
    const long = `40 02 0001 b1 70 dd e0 bb ${repeat("00", 200)}`;
    const [answer] = await wire.ask(long);
    assert.ok(lengthOf(answer) > 400);
    assert.deepEqual(await wire.ask("40 02 0001 b1 70"), []);
    assert.deepEqual(await wire.ask(long), [answer], "the same request gets it again");
  });

  it("an acknowledged message proves it, too", async () => {
    const made = lab();
    made.site.add("w", {
      get: () => new Promise((resolve) => void made.world.time.set(() => resolve(text("1")), 1000)),
    });
    const [, separate] = await made.wire.ask("40 01 0001 b1 77", 1100);
    await made.wire.ask(`6000${messageId(separate!)}`);
    const [answer] = await made.wire.ask("40 01 0002 b1 6c");
    assert.equal(Message.parse(fromHex(answer!)).payload.length, LARGE);
  });

  it("RFC 7641 §7: an observer must have room for one notification, and acknowledges it", async () => {
    const made = lab();
    let size = 1;
    const resource = made.site.add("v", {
      observable: true,
      notifications: "NON",
      get: () => content(new Uint8Array(size).fill(0x61), 42),
    });
    const { wire } = made;
    size = 100;
    const [refused] = await wire.ask("41 01 0001 aa 60 51 76");
    assert.equal(refused!.slice(0, 4), "6181", "a second answer of that size would be too much");
    size = 1;
    const [registered] = await wire.ask("41 01 0002 aa 60 51 76");
    assert.ok(Message.parse(fromHex(registered!)).options.has(6));
    resource.notify();
    await made.advance(10);
    const [first] = wire.take();
    assert.equal(first!.slice(0, 4), "4145", "Confirmable, as long as it is not sure that somebody is there");
    await wire.ask(`6000${messageId(first!)}`);
    resource.notify();
    await made.advance(10);
    assert.equal(wire.take()[0]!.slice(0, 4), "5145");
  });

  it("RFC 7641 §4.5: an observer that has shown that it is there is notified, however seldom there is news", async () => {
    const made = lab();
    const body = new Uint8Array(30);
    const resource = made.site.add("v", { observable: true, get: () => content(body, 42) });
    const { wire } = made;
    await wire.ask("41 01 0002 aa 60 51 76");
    resource.notify();
    await made.advance(10);
    await wire.ask(`6000${messageId(wire.take()[0]!)}`, 3_600_000);
    for (let hour = 2; hour <= 5; hour += 1) {
      resource.notify();
      await made.advance(4000);
      const notifications = wire.take();
      assert.equal(notifications.length, 2, `hour ${hour}: sent, and once again`);
      await wire.ask(`6000${messageId(notifications[0]!)}`, 3_600_000);
    }
  });

  it("a client without Echo reads a large resource, in small blocks", async () => {
    const { wire } = lab();
    let body = "";
    for (let number = 0; ; number += 1) {
      const id = number.toString(16).padStart(4, "0");
      // Uri-Path, then Block2 (23) with number, SZX 2.
      const block = (number * 16 + 2).toString(16).padStart(4, "0");
      const [answer] = await wire.ask(number === 0 ? `40 01 ${id} b1 6c` : `40 01 ${id} b1 6c c2 ${block}`);
      assert.ok(lengthOf(answer) <= 136);
      const message = Message.parse(fromHex(answer!));
      body += String.fromCharCode(...message.payload);
      if ((message.options.uint(23)! & 8) === 0) break;
    }
    assert.equal(body, "a".repeat(LARGE));
  });

  it("RFC 9175 §2.3: our client returns what it is given, and reads the rest in large blocks", async () => {
    const world = new World({ seed: 1 });
    const server = new Endpoint(world.host(GLOBAL), { port: 5683 });
    server.site.add("l", { get: () => content(new Uint8Array(5000).fill(0x61), 42) });
    const client = new Endpoint(world.host("2001:db8::2"));
    const response = await world.time.until(client.client.get(`coap://[${GLOBAL}]/l`));
    assert.equal(response.payload.length, 5000);
    // One block of 64 bytes, then blocks of that size: RFC 7959 §2.4 keeps the size of the first.
    assert.equal(server.counters.amplificationLimited, 0);
    const before = server.counters.received;
    await world.time.until(client.client.get(`coap://[${GLOBAL}]/l`));
    assert.equal(server.counters.received - before, 5, "blocks of 1024");
  });

  it("factor 0 is no limit", async () => {
    const { wire } = lab({ amplificationFactor: 0 });
    const [answer] = await wire.ask("40 01 0001 b1 6c");
    const message = Message.parse(fromHex(answer!));
    assert.deepEqual([message.payload.length, message.options.has(252)], [LARGE, false]);
  });
});
