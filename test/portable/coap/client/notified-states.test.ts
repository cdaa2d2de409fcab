import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { RepresentationChangedError } from "../../../../src/coap/client/download.js";
import { ServerErrorResponse, TimeoutError } from "../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, empty, repeat, reply } from "../wire.js";
import { Watched, behindToken, observe } from "./watched.js";

/** Block2 0/1/16 behind Observe. */
const FIRST_BLOCK = "d10408";
/** The client asks for block 1: Uri-Path, Block2 1/0/16. */
const ASKS_FOR_REST = "b161c110";
/** The client asks for the state: Uri-Path alone. */
const ASKS_AGAIN = "b161";

/** 16 times the same letter. */
function letters(letter: string): string {
  return repeat(letter, 16);
}

/** Options and payload of an answer with a block of 16 letters, or with the last one, of one letter. */
function block(number: number, letter: string, etag = ""): string {
  const value = number === 0 ? "08" : "10";
  return `${etag === "" ? "d10a" : `41${etag}d106`}${value}ff${number === 0 ? letters(letter) : letter}`;
}

/** How a server may answer a request. */
type Answer = (heard: Uint8Array) => string;

function success(rest: string): Answer {
  return (heard) => reply(heard, "ACK", "45", rest);
}

/** 5.03 Service Unavailable. */
const unavailable: Answer = (heard) => reply(heard, "ACK", "a3");
const rejected: Answer = (heard) => empty(heard, "RST");

/** Confirmable requests are answered one after the other, then not at all. */
function play(lab: Lab, answers: readonly Answer[]): void {
  const left = [...answers];
  lab.wire.answer = (heard) => (heard[0]! >> 4 === 4 && heard[1] === 1 ? left.shift()?.(heard) : undefined);
}

/** The requests that came, behind their tokens, each with its time. */
function requests(lab: Lab): { readonly atMs: number; readonly rest: string }[] {
  const heard = lab.wire.heard.filter(({ hex }) => hex.startsWith("4401"));
  lab.wire.heard = [];
  return heard.map(({ atMs, hex }) => ({ atMs, rest: behindToken(hex) }));
}

function rests(lab: Lab): string[] {
  return requests(lab).map(({ rest }) => rest);
}

/** An observation whose first state was read. */
async function begun(lab = new Lab()): Promise<Watched> {
  const watched = await Watched.begin(10, "", lab);
  await watched.observation.next();
  return watched;
}

/** A registration whose answer has the first of two blocks, and which is still to be settled. */
function registering(timeoutMs?: number): { readonly lab: Lab; readonly error: Promise<unknown> } {
  const lab = new Lab();
  const options = timeoutMs === undefined ? {} : { timeoutMs };
  const observing = lab.endpoint.client.observe(lab.uri("a"), options);
  const error = observing.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { lab, error };
}

const FIRST_ANSWER = success(`${observe(1)}${FIRST_BLOCK}ff${letters("61")}`);

describe("notified states in blocks", () => {
  for (const [how, answer] of [
    ["fails with 5.03", unavailable],
    ["is rejected", rejected],
    ["has another number", success("d10a20ff61")],
    ["is no block", success("ff61")],
    ["is not as long as it says", success(`d10a18ff61`)],
  ] as const)
    it(`RFC 7959 §2.6: where the later block ${how}, the state is asked for again 2 to 3 s later`, async () => {
      const watched = await begun();
      const { lab } = watched;
      play(lab, [answer, success(block(0, "62")), success(block(1, "62"))]);
      await watched.notify(11, letters("61"), "CON", FIRST_BLOCK);
      assert.deepEqual(rests(lab), []);
      await lab.advance(1_950);
      assert.deepEqual(rests(lab), []);
      await lab.advance(1_200);
      assert.deepEqual(rests(lab), [ASKS_AGAIN, ASKS_FOR_REST]);
      assert.equal(await watched.unread(), "b".repeat(17));
      assert.ok(watched.observation.active);
    });

  it("RFC 7959 §2.4: where the later block has another ETag, the state is asked for again", async () => {
    const watched = await begun();
    const { lab } = watched;
    play(lab, [success(block(1, "62", "bb")), success(block(0, "62", "bb")), success(block(1, "62", "bb"))]);
    // ETag, Observe, Block2 0/1/16.
    await lab.wire.ask(
      reply(watched.request, "CON", "45", `41aa210b${FIRST_BLOCK}ff${letters("61")}`, "7101"),
    );
    await lab.advance(3_100);
    assert.equal(await watched.unread(), "b".repeat(17));
  });

  it("RFC 7641 §4.5: after three times with doubled pauses the observation ends with the error", async () => {
    const watched = await begun();
    const { lab } = watched;
    play(
      lab,
      Array.from({ length: 9 }, () => unavailable),
    );
    lab.wire.send(reply(watched.request, "CON", "45", `610b${FIRST_BLOCK}ff${letters("61")}`, "7101"));
    const sentMs = lab.world.time.nowMs;
    await assert.rejects(lab.until(watched.observation.next()), ServerErrorResponse, "5.03");
    const asked = requests(lab);
    assert.deepEqual(
      asked.map(({ rest }) => rest),
      [ASKS_FOR_REST, ASKS_AGAIN, ASKS_AGAIN, ASKS_AGAIN],
    );
    let beforeMs = sentMs;
    for (const [index, { atMs }] of asked.entries()) {
      const pauseMs = index === 0 ? 0 : 1000 * 2 ** index;
      const waitedMs = atMs - beforeMs;
      assert.ok(waitedMs >= pauseMs && waitedMs <= 1.5 * pauseMs + 10, `${index}: ${waitedMs} ms`);
      beforeMs = atMs;
    }
    assert.equal(watched.observation.active, false);
    // RFC 7641 §3.6: and what is notified later is rejected.
    assert.deepEqual(await watched.notify(12, "31"), ["70007001"]);
  });

  it("RFC 7641 §3.4: a newer state that is whole is not kept waiting, and begins the count anew", async () => {
    const watched = await begun();
    const { lab } = watched;
    for (const number of [11, 13, 15, 17, 19]) {
      play(lab, [unavailable]);
      await watched.notify(number, letters("61"), "CON", FIRST_BLOCK);
      await watched.notify(number + 1, "31");
      assert.equal(await watched.unread(), "1");
    }
    await lab.advance(30_000);
    assert.deepEqual(rests(lab), []);
  });

  it("RFC 7641 §3.4: blocks of a state that is no longer the newest are not fetched", async () => {
    const watched = await begun();
    const { lab } = watched;
    play(lab, [unavailable, success(block(1, "63"))]);
    await watched.notify(11, letters("61"), "CON", FIRST_BLOCK);
    await watched.notify(12, letters("62"), "CON", FIRST_BLOCK);
    await watched.notify(13, letters("63"), "CON", FIRST_BLOCK);
    lab.wire.take();
    await lab.advance(3_100);
    assert.deepEqual(rests(lab), [ASKS_FOR_REST]);
    assert.equal(await watched.unread(), "c".repeat(17));
  });

  it("limit notificationQueue: while a state is fetched as many wait, one more pushes out the oldest", async () => {
    const watched = await begun(new Lab({ limits: { notificationQueue: 3 } }));
    const { lab } = watched;
    await watched.notify(11, letters("61"), "CON", FIRST_BLOCK);
    // A read waits for the first.
    assert.equal(await watched.unread(), "");
    for (const number of [12, 13, 14, 15]) await watched.notify(number, `3${number - 10}`);
    play(lab, [success(block(1, "61"))]);
    await lab.advance(4_000);
    assert.equal(await watched.unread(), `${"a".repeat(17)}345`);
  });

  it("RFC 7959 §2.6: a state that changes faster than it can be read ends it with an error", async () => {
    const watched = await begun();
    const { lab } = watched;
    let etag = 0x20;
    let number = 11;
    lab.wire.answer = (heard) => {
      if (heard[0]! >> 4 !== 4) return undefined;
      const isRest = behindToken(toHex(heard)) === ASKS_FOR_REST;
      etag += 1;
      number += 1;
      const tag = etag.toString(16);
      const changed = `41${tag}21${number.toString(16).padStart(2, "0")}${FIRST_BLOCK}ff${letters("61")}`;
      return [
        reply(heard, "ACK", "45", block(isRest ? 1 : 0, "61", tag)),
        reply(watched.request, "NON", "45", changed, `72${tag}`),
      ];
    };
    lab.wire.send(reply(watched.request, "CON", "45", `4120210b${FIRST_BLOCK}ff${letters("61")}`, "7101"));
    await assert.rejects(lab.until(watched.observation.next()), RepresentationChangedError);
    assert.ok(lab.world.time.nowMs < 60_000);
  });

  it("RFC 7641 §3.1: the first state is there when the observation is, however often it is asked for", async () => {
    const lab = new Lab();
    play(lab, [FIRST_ANSWER, unavailable, unavailable, success(block(0, "62")), success(block(1, "62"))]);
    const observation = await lab.until(lab.endpoint.client.observe(lab.uri("a")));
    assert.equal((await observation.next()).value!.text(), "b".repeat(17));
    assert.ok(observation.active);
  });

  it("a first state that cannot be read fails the call, and what is notified later is rejected", async () => {
    const { lab, error } = registering();
    play(lab, [FIRST_ANSWER, unavailable, unavailable, unavailable, unavailable]);
    assert.ok((await lab.until(error)) instanceof ServerErrorResponse);
    const [registration] = lab.wire.take();
    const notified = reply(fromHex(registration!), "CON", "45", "6102ff31", "7101");
    assert.deepEqual(await lab.wire.ask(notified), ["70007101"]);
  });

  it("timeoutMs holds for the first state and all its blocks, whether or not the server still answers", async () => {
    for (const answers of [[FIRST_ANSWER], [FIRST_ANSWER, unavailable, unavailable]]) {
      const { lab, error } = registering(5_000);
      play(lab, answers);
      const startMs = lab.world.time.nowMs;
      const reason = await lab.until(error);
      assert.ok(reason instanceof TimeoutError, String(reason));
      assert.equal(lab.world.time.nowMs - startMs, 5_000);
      // RFC 7641 §3.6: the server is told.
      await lab.advance(5);
      assert.equal(behindToken(lab.wire.take().at(-1)), "61015161");
    }
  });
});
