import { changed, deleted, text } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, PEER_PORT, Wire, type LabOptions } from "../wire.js";

/** A counter: every request that gets to it counts one on and says so; and /n answers nothing but the number. */
function counting(options: LabOptions = {}): Lab {
  const made = new Lab(options);
  let count = 0;
  const answer = (): ReturnType<typeof text> => text(String((count += 1)));
  made.site.add("c", {
    conditional: true,
    get: answer,
    post: answer,
    put: answer,
    delete: answer,
    fetch: answer,
    patch: answer,
    ipatch: answer,
  });
  return made;
}

/** The counter's answer with one digit. */
function counted(id: string, digit: number): string {
  return `6045${id}c0ff3${digit}`;
}

function another({ world, peerHost, to }: Lab, port: number): Wire {
  return new Wire(world, peerHost, to, port);
}

describe("de-duplication", () => {
  it("RFC 7252 §4.5, RFC 8132: GET, PUT, DELETE, FETCH and iPATCH may be answered again", async () => {
    for (const method of ["01", "03", "04", "05", "07"]) {
      const { wire } = counting();
      assert.deepEqual(await wire.ask(`40 ${method} 1234 b1 63`), [counted("1234", 1)]);
      assert.deepEqual(await wire.ask(`40 ${method} 1234 b1 63`), [counted("1234", 2)]);
    }
  });

  it("RFC 7252 §4.5: where there is room, PUT, DELETE and iPATCH are done once as well; GET and FETCH need none", async () => {
    for (const [method, times] of [
      ["03", 1],
      ["04", 1],
      ["07", 1],
      ["01", 2],
      ["05", 2],
    ] as const) {
      const { wire } = counting({ limits: { remembersIdempotent: true } });
      assert.deepEqual(await wire.ask(`40 ${method} 1234 b1 63`), [counted("1234", 1)]);
      assert.deepEqual(await wire.ask(`40 ${method} 1234 b1 63`), [counted("1234", times)]);
    }
  });

  it("RFC 7252 §4.5: a late duplicate does not undo a newer PUT where there is room to know it", async () => {
    for (const remembersIdempotent of [false, true]) {
      const lab = new Lab({ limits: { remembersIdempotent } });
      let state = "";
      lab.site.add("s", {
        put: ({ payload }) => {
          state = String.fromCharCode(...payload);
          return changed();
        },
        delete: () => {
          state = "";
          return deleted();
        },
      });
      const older = "40 03 0001 b1 73 ff 61";
      for (const newer of ["40 03 0002 b1 73 ff 62", "40 04 0003 b1 73"]) {
        await lab.wire.ask(older);
        await lab.wire.ask(newer);
        const after = state;
        assert.deepEqual(await lab.wire.ask(older), ["60440001"]);
        assert.equal(state, remembersIdempotent ? after : "a");
      }
    }
  });

  it("limit rememberedMessages: PUT gives its place to POST, takes none from it, and is done where there is none", async () => {
    const made = counting({ limits: { rememberedMessages: 2, remembersIdempotent: true } });
    const [one, two, three] = [1, 2, 3].map((offset) => another(made, PEER_PORT + offset)) as [
      Wire,
      Wire,
      Wire,
    ];
    await one.ask("40 03 0001 b1 63");
    await two.ask("40 02 0002 b1 63");
    // The newest PUT takes the place of the oldest, whose duplicate is done again, and that of the newest then.
    assert.deepEqual(await three.ask("40 03 0003 b1 63"), [counted("0003", 3)]);
    assert.deepEqual(await three.ask("40 03 0003 b1 63"), [counted("0003", 3)]);
    assert.deepEqual(await three.ask("40 02 0004 b1 63"), [counted("0004", 4)], "in place of its own PUT");
    assert.deepEqual(await one.ask("40 03 0005 b1 63"), [counted("0005", 5)], "there is no place");
    assert.deepEqual(await one.ask("40 03 0005 b1 63"), [counted("0005", 6)]);
    assert.deepEqual(await two.ask("40 02 0002 b1 63"), [counted("0002", 2)]);
    assert.deepEqual(await two.ask("40 03 0006 b1 63"), [counted("0006", 7)]);
    assert.deepEqual(await two.ask("40 02 0002 b1 63"), [counted("0002", 2)], "its own POST is still known");
    assert.equal(made.endpoint.counters.refusedRequests, 0);
  });

  it("limit rememberedMessages: an upload leaves others what they had, and takes its own places again", async () => {
    const made = counting({ limits: { rememberedMessages: 3 } });
    const other = another(made, PEER_PORT + 1);
    made.site.add("b", { put: () => changed() });
    const block = (id: number): string => `40 03 000${id} b1 62 d1 03 ${id}8 ff ${"61".repeat(16)}`;
    await other.ask("40 02 0001 b1 63");
    for (let id = 0; id < 5; id += 1) await made.wire.ask(block(id));
    // Before its own POST a block goes: both are known then.
    assert.deepEqual(await other.ask("40 02 0002 b1 63"), [counted("0002", 2)]);
    assert.deepEqual(await other.ask("40 02 0001 b1 63"), [counted("0001", 1)]);
    assert.deepEqual(await other.ask("40 02 0002 b1 63"), [counted("0002", 2)]);
    // Then it has more than the upload: its own oldest makes room.
    assert.deepEqual(await other.ask("40 02 0003 b1 63"), [counted("0003", 3)]);
    assert.deepEqual(await other.ask("40 02 0001 b1 63"), [counted("0001", 4)]);
  });

  it("RFC 7252 §4.5: POST and PATCH are done once, and answered with the same bytes", async () => {
    for (const method of ["02", "06"]) {
      const { wire, endpoint } = counting();
      assert.deepEqual(await wire.ask(`40 ${method} 1234 b1 63`), [counted("1234", 1)]);
      assert.deepEqual(await wire.ask(`40 ${method} 1234 b1 63`), [counted("1234", 1)]);
      assert.deepEqual(await wire.ask(`40 ${method} 1235 b1 63`), [counted("1235", 2)]);
      assert.equal(endpoint.counters.duplicates, 1);
    }
  });

  it("RFC 7252 §4.5, §5.10.8: a PUT under a condition is done once", async () => {
    const { wire } = counting();
    // If-None-Match (5), then If-Match (1) with a tag.
    for (const [option, count] of [
      ["50 61 63", 1],
      ["11 99 a1 63", 2],
    ] as const)
      for (let times = 0; times < 2; times += 1)
        assert.deepEqual(await wire.ask(`40 03 000${count} ${option}`), [counted(`000${count}`, count)]);
  });

  it("RFC 7252 §4.5: message IDs of different endpoints have nothing to do with each other", async () => {
    const made = counting();
    const other = another(made, PEER_PORT + 1);
    assert.deepEqual(await made.wire.ask("40 02 1234 b1 63"), [counted("1234", 1)]);
    assert.deepEqual(await other.ask("40 02 1234 b1 63"), [counted("1234", 2)]);
    assert.deepEqual(await made.wire.ask("40 02 1234 b1 63"), [counted("1234", 1)]);
  });

  it("RFC 7252 §4.5: a duplicate of a Non-confirmable POST is ignored in silence", async () => {
    const { wire } = counting();
    assert.equal((await wire.ask("50 02 1234 b1 63")).length, 1);
    assert.deepEqual(await wire.ask("50 02 1234 b1 63"), []);
  });

  it("RFC 7252 §4.8.2: remembers for EXCHANGE_LIFETIME, Non-confirmable ones for NON_LIFETIME", async () => {
    const confirmable = counting();
    await confirmable.wire.ask("40 02 1234 b1 63", 246_900);
    assert.deepEqual(await confirmable.wire.ask("40 02 1234 b1 63", 200), [counted("1234", 1)]);
    assert.deepEqual(await confirmable.wire.ask("40 02 1234 b1 63"), [counted("1234", 2)]);
    const not = counting();
    await not.wire.ask("50 02 1234 b1 63", 144_900);
    assert.deepEqual(await not.wire.ask("50 02 1234 b1 63", 200), []);
    assert.equal((await not.wire.ask("50 02 1234 b1 63")).length, 1);
  });

  it("limit rememberedMessages: when full, a peer's newest takes the place of that peer's oldest", async () => {
    const { wire } = counting({ limits: { rememberedMessages: 3 } });
    for (const digit of [1, 2, 3]) await wire.ask(`40 02 000${digit} b1 63`);
    assert.deepEqual(
      await wire.ask("40 02 0001 b1 63"),
      [counted("0001", 1)],
      "at the limit all are remembered",
    );
    assert.deepEqual(await wire.ask("40 02 0004 b1 63"), [counted("0004", 4)]);
    assert.deepEqual(await wire.ask("40 02 0002 b1 63"), [counted("0002", 2)]);
    assert.deepEqual(await wire.ask("40 02 0001 b1 63"), [counted("0001", 5)], "the oldest was forgotten");
  });

  it("limit rememberedMessages: when full, a new peer gets 5.03 with Max-Age until there is room", async () => {
    const made = counting({ limits: { rememberedMessages: 2 } });
    const other = another(made, PEER_PORT + 1);
    await made.wire.ask("40 02 0001 b1 63", 7000);
    await another(made, PEER_PORT + 2).ask("40 02 0002 b1 63", 10);
    const [refusal] = await other.ask("40 02 0001 b1 63");
    // Max-Age (14) of 240 s, when the older of the two is forgotten.
    assert.equal(refusal!.slice(0, 14), "60a30001d101f0");
    assert.equal(made.endpoint.counters.refusedRequests, 1);
    assert.deepEqual(await other.ask("40 01 0002 b1 63"), [counted("0002", 3)], "a GET needs no place");
    await made.advance(240_000);
    assert.deepEqual(await other.ask("40 02 0003 b1 63"), [counted("0003", 4)]);
  });

  it("limit rememberedMessages: each that gets too old makes room for a new peer", async () => {
    const made = counting({ limits: { rememberedMessages: 2 } });
    const wires = [0, 1, 2, 3].map((offset) => another(made, PEER_PORT + 10 + offset));
    await wires[0]!.ask("40 02 0001 b1 63", 10_000);
    await wires[1]!.ask("40 02 0002 b1 63", 10_000);
    await made.advance(230_000);
    assert.deepEqual(await wires[2]!.ask("40 02 0003 b1 63", 5000), [counted("0003", 3)]);
    assert.equal((await wires[3]!.ask("40 02 0004 b1 63", 3000))[0]!.slice(0, 4), "60a3", "too early");
    assert.deepEqual(await wires[3]!.ask("40 02 0005 b1 63"), [counted("0005", 4)]);
    assert.deepEqual(await wires[2]!.ask("40 02 0003 b1 63"), [counted("0003", 3)], "still remembered");
  });

  it("limit rememberedMessages: when full of one peer's messages, a new peer takes the place of its oldest", async () => {
    const made = counting({ limits: { rememberedMessages: 2 } });
    await made.wire.ask("40 02 0001 b1 63");
    await made.wire.ask("40 02 0002 b1 63");
    assert.deepEqual(await another(made, PEER_PORT + 1).ask("40 02 0001 b1 63"), [counted("0001", 3)]);
    assert.deepEqual(await made.wire.ask("40 02 0002 b1 63"), [counted("0002", 2)], "still remembered");
  });

  it("limit rememberedMessages: a Non-confirmable request that finds no place gets a Non-confirmable 5.03", async () => {
    const made = counting({ limits: { rememberedMessages: 1 } });
    await made.wire.ask("40 02 0001 b1 63");
    const [refusal] = await another(made, PEER_PORT + 1).ask("51 02 0001 aa b1 63");
    assert.equal(refusal!.slice(0, 4), "51a3");
  });
});
