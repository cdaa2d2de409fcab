import { text } from "../../../../src/coap/server/response.js";
import { DEFAULT_LIMITS } from "../../../../src/coap/limits.js";
import { assert, describe, it } from "../../../portable.js";
import { Crowd } from "../crowd.js";
import { empty, hex } from "../wire.js";

/** GET /o with Observe 0 and a token. */
const REGISTER = "41 01 0001 aa 60 51 6f";
const AGAIN = "41 01 0002 aa 60 51 6f";
/** MAX_TRANSMIT_WAIT (RFC 7252 §4.8.2). */
const MAX_TRANSMIT_WAIT_MS = 93_000;

/** GET /o with Observe 0 and this token. */
function register(token: number): string {
  const tokenDigits = token.toString(16).padStart(2, "0");
  return `41 01 10${tokenDigits} ${tokenDigits} 60 51 6f`;
}

/** "6" where an answer to {@link register} has Observe (6), otherwise the delta of the payload's format or what comes. */
function observeOf([answer]: readonly string[]): string {
  return answer!.slice(10, 11);
}

/** /o, which says how often it was changed. */
function watched(): { crowd: Crowd; change: () => void } {
  const crowd = new Crowd();
  let state = 0;
  const resource = crowd.site.add("o", { observable: true, get: () => text(String(state)) });
  const change = (): void => {
    state += 1;
    resource.notify();
  };
  return { crowd, change };
}

describe("attackers: observers", () => {
  it("RFC 7641 §4.5: those that never acknowledge are gone after MAX_TRANSMIT_WAIT; meanwhile others get answers", async () => {
    const { crowd, change } = watched();
    for (const attacker of crowd.attackers(DEFAULT_LIMITS.observers))
      assert.equal((await attacker.ask(REGISTER))[0]?.slice(10, 11), "6", "registered");
    assert.deepEqual(await crowd.honest.ask(REGISTER), ["61450001aac0ff30"], "the list is full: no Observe");
    change();
    await crowd.advance(MAX_TRANSMIT_WAIT_MS);
    assert.equal((await crowd.honest.ask(AGAIN))[0]?.slice(10, 11), "6", "registered");
    change();
    await crowd.advance(10);
    assert.equal(crowd.honest.take()[0]?.slice(-2), "32");
  });

  it("RFC 7641 §4.1: one endpoint cannot hold every place: who has none takes one of the most, until all have alike", async () => {
    const { crowd, change } = watched();
    const greedy = crowd.attacker();
    const places = DEFAULT_LIMITS.observers;
    for (let token = 0; token < places; token += 1)
      assert.equal(observeOf(await greedy.ask(register(token))), "6", `registered ${token}`);
    assert.equal(observeOf(await greedy.ask(register(places))), "c", "nobody gives way to it");
    const others = crowd.attackers(places);
    const registered: string[] = [];
    for (const other of others) registered.push(observeOf(await other.ask(register(0x10))));
    assert.deepEqual(registered.join(""), `${"6".repeat(places - 1)}c`);
    // 5.03 without Observe, with the tokens of the oldest; Non-confirmable, as it may acknowledge nothing.
    assert.deepEqual(
      greedy.take().map((last) => [last.slice(0, 4), last.slice(8)]),
      Array.from({ length: places - 1 }, (_, token) => ["51a3", `0${token}`]),
    );
    change();
    await crowd.advance(10);
    assert.deepEqual(
      [greedy, ...others].map((wire) => wire.take().length),
      [...Array.from({ length: places }, () => 1), 0],
    );
  });

  it("RFC 7641 §4.1: who has a place keeps it, and renews it, while the list is full", async () => {
    const { crowd } = watched();
    const [greedy, modest] = [crowd.attacker(), crowd.attacker()];
    await modest.ask(register(1));
    for (let token = 0; token < DEFAULT_LIMITS.observers; token += 1) await greedy.ask(register(token));
    await crowd.honest.ask(register(1));
    assert.equal(observeOf(await modest.ask(register(1))), "6");
    assert.equal(observeOf(await crowd.honest.ask(register(1))), "6");
    assert.deepEqual([...modest.take(), ...crowd.honest.take()], []);
  });

  it("RFC 7641 §4.5.2: one that acknowledges late costs one message under way, and then gets the newest state", async () => {
    const { crowd, change } = watched();
    const attacker = crowd.attacker();
    await attacker.ask(REGISTER);
    for (let changes = 0; changes < 1000; changes += 1) {
      change();
      await crowd.advance(1);
    }
    const [first, ...others] = attacker.take();
    assert.equal(first?.slice(-2), "31");
    assert.deepEqual(others, []);
    attacker.send(empty(hex(first!), "ACK"));
    await crowd.advance(10);
    assert.deepEqual(
      attacker.take().map((message) => message.slice(-8)),
      ["31303030"],
    );
  });
});
