import { toHex } from "../../../../src/bytes/hex.js";
import { MessageTooLargeError } from "../../../../src/coap/codec/message.js";
import { PUT } from "../../../../src/coap/codec/code.js";
import { changed, content } from "../../../../src/coap/server/response.js";
import { StatelessRequests } from "../../../../src/coap/stateless/stateless-requests.js";
import { TokenLengthError } from "../../../../src/coap/stateless/token-support.js";
import { assert, describe, it } from "../../../portable.js";
import { ChecksumProtector } from "../stateless/checksum-protector.js";
import { ConnectedWorld, uri } from "./connected.js";
import { CSM, ConnectionLab } from "./connection-lab.js";

/** A body whose bytes say where they stand. */
function body(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

describe("bodies over connections", () => {
  for (const [length, puts] of [
    [4000, 1],
    [9000, 3],
  ] as const)
    it(`RFC 8323 §6: ${length} bytes both ways, to a server that takes 4096 bytes: in ${puts} messages`, async () => {
      const world = new ConnectedWorld();
      const limits = { maxMessageBytes: 4096, maxBodyBytes: 16_384 };
      const server = world.server({ limits });
      let sent = 0;
      const client = world.client({
        limits,
        trace: ({ direction, bytes }) => {
          // Behind a length of two bytes (RFC 8323 §3.2).
          if (direction === "out" && bytes[0]! >> 4 === 14 && bytes[3] === PUT) sent += 1;
        },
      });
      let stored = new Uint8Array(0);
      server.site.add("s", {
        put: ({ payload }) => {
          stored = payload.slice();
          return changed();
        },
        get: () => content(stored, 42),
      });
      const payload = body(length);
      await world.time.until(client.client.put(uri("s"), { payload }));
      assert.deepEqual(stored, payload);
      assert.equal(sent, puts);
      assert.deepEqual((await world.time.until(client.client.get(uri("s")))).payload, payload);
    });

  it("RFC 8323 §5.3.2: a body waits for the server's CSM, which says that it takes blocks, and how large", async () => {
    const lab = new ConnectionLab({ limits: { maxMessageBytes: 4096 } });
    const hands = lab.listen();
    const payload = body(3000);
    const put = lab.endpoint.client.put(lab.uri("s"), { payload });
    await lab.advance(20);
    const [server] = hands;
    lab.take(server!);
    // Max-Message-Size (2) 2200, Block-Wise-Transfer (4).
    const [first] = await lab.ask(server!, lab.frame(CSM, "", "22 0898 20"));
    // Uri-Path s, Block1 (27) 0/1/BERT, Size1 (60) 3000.
    assert.equal(first?.rest, `b173d1030fd2140bb8ff${toHex(payload.subarray(0, 2048))}`);
    const [second] = await lab.ask(server!, lab.frame("5f", first!.token, "d10e0f"));
    assert.equal(second?.rest, `b173d10327ff${toHex(payload.subarray(2048))}`);
    server!.send(lab.frame("44", second!.token, "d10e27"));
    await lab.until(put);
  });

  it("RFC 8323 §5.3.2: a body that is too long for a server that takes no blocks is not sent", async () => {
    const lab = new ConnectionLab();
    const hands = lab.listen();
    const put = lab.endpoint.client.put(lab.uri("s"), { payload: body(1152) });
    put.catch(() => undefined);
    await lab.advance(20);
    const [server] = hands;
    lab.take(server!);
    assert.deepEqual(await lab.ask(server!, lab.frame(CSM)), []);
    await assert.rejects(lab.until(put), MessageTooLargeError, "takes no blocks");
  });
});

describe("long tokens over connections", () => {
  it("RFC 8974 §2.2.1: state in the token, to a server that has said that it takes such tokens", async () => {
    const world = new ConnectedWorld();
    const server = world.server();
    server.site.add("s", { get: () => content(body(3), 42) });
    const states: string[] = [];
    const requests = new StatelessRequests(world.client().client, {
      protector: new ChecksumProtector(),
      maxStateBytes: 4,
      onResponse: (state, { payload }) => void states.push(`${toHex(state)} ${toHex(payload)}`),
    });
    await world.time.until(requests.send(uri("s"), body(4)));
    await world.time.advance(100);
    assert.deepEqual(states, ["00070e15 00070e"]);
  });

  it("RFC 8974 §2.2.1: none to a server that has not", async () => {
    const lab = new ConnectionLab();
    const hands = lab.listen();
    const requests = new StatelessRequests(lab.endpoint.client, {
      protector: new ChecksumProtector(),
      maxStateBytes: 4,
      onResponse: () => undefined,
    });
    const sent = requests.send(lab.uri("s"), body(4));
    sent.catch(() => undefined);
    await lab.advance(20);
    const [server] = hands;
    lab.take(server!);
    assert.deepEqual(await lab.ask(server!, lab.frame(CSM)), []);
    await assert.rejects(lab.until(sent), TokenLengthError, "20 bytes");
  });
});
