import { CHANGED, SERVICE_UNAVAILABLE, UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { LimitError } from "../../../../../src/coap/errors.js";
import { RequestError } from "../../../../../src/coap/server/request-error.js";
import { freeConnectionId } from "../../../../../src/security/edhoc/coap/connection-ids.js";
import {
  HalfOpenSessions,
  type Closeable,
} from "../../../../../src/security/edhoc/coap/half-open-sessions.js";
import { DEFAULT_EDHOC_LIMITS } from "../../../../../src/security/edhoc/coap/limits.js";
import { addPrefix } from "../../../../../src/security/edhoc/coap/prefix.js";
import { REACHABILITY_MS, Reachability } from "../../../../../src/security/edhoc/coap/reachability.js";
import { assert, describe, it, SeededRandom, World } from "../../../../portable.js";
import { EdhocLab, withCrypto } from "./lab.js";

const LIMITS = { ...DEFAULT_EDHOC_LIMITS, halfOpenSessions: 3, halfOpenMs: 60_000, stalledMs: 10_000 };

/** Sessions of a table, by number. */
class Scene {
  readonly world = new World({ seed: 1 });
  readonly sessions = new HalfOpenSessions<Closeable>(this.world.host("fd00::1"), LIMITS);
  readonly closed: number[] = [];
  #count = 0;

  open(address: string): void {
    this.sessions.makeRoom(address);
    const number = this.#count;
    this.#count += 1;
    const close = (): void => void this.closed.push(number);
    this.sessions.add(Uint8Array.of(number), { close }, address);
  }
}

describe("EDHOC half-open sessions", () => {
  it("limit halfOpenSessions: as many are kept, the next has to wait for one that stands still", async () => {
    const scene = new Scene();
    for (const address of ["a", "b", "c"]) scene.open(address);
    assert.equal(scene.sessions.size, LIMITS.halfOpenSessions);
    await scene.world.time.advance(4000);
    const error = assert.throws(() => scene.open("d"), RequestError, "halfOpenSessions");
    assert.equal(error.code, SERVICE_UNAVAILABLE);
    assert.equal(error.toResponse().maxAge, 6);
    await scene.world.time.advance(LIMITS.stalledMs - 4000);
    scene.open("d");
    assert.deepEqual(scene.closed, [0]);
    assert.equal(scene.sessions.size, LIMITS.halfOpenSessions);
  });

  it("RFC 9528 §9.7: a flood from one address pushes out its own sessions only", () => {
    const scene = new Scene();
    scene.open("honest");
    for (let count = 0; count < 100; count += 1) scene.open("flood");
    assert.ok(scene.sessions.has(Uint8Array.of(0)));
    assert.equal(scene.closed.length, 98);
    scene.open("late");
    assert.ok(scene.sessions.has(Uint8Array.of(0)), "who has several gives one away");
    assert.equal(scene.closed.length, 99);
  });

  it("limit halfOpenMs: a session is kept for less than that", async () => {
    const scene = new Scene();
    scene.open("a");
    await scene.world.time.advance(1000);
    scene.open("b");
    await scene.world.time.advance(LIMITS.halfOpenMs - 1001);
    assert.equal(scene.sessions.size, 2);
    await scene.world.time.advance(1);
    assert.deepEqual(scene.closed, [0]);
    await scene.world.time.advance(1000);
    assert.deepEqual(scene.closed, [0, 1]);
    assert.equal(scene.sessions.size, 0);
  });

  it("all end with their server, of which no timer is left", () => {
    const scene = new Scene();
    for (const address of ["a", "b"]) scene.open(address);
    scene.sessions.close();
    assert.deepEqual([scene.closed, scene.sessions.size], [[0, 1], 0]);
    assert.equal(scene.world.time.pending, 0);
  });

  it("RFC 9528 §9.7: a session is taken once, by who has begun it", () => {
    const scene = new Scene();
    scene.open("a");
    assert.equal(scene.sessions.take(Uint8Array.of(0), "b"), undefined);
    assert.ok(scene.sessions.take(Uint8Array.of(0), "a") !== undefined);
    assert.equal(scene.sessions.take(Uint8Array.of(0), "a"), undefined);
    assert.deepEqual(scene.closed, []);
  });

  it("RFC 9528 §A.2, RFC 9175 §2.4: from half of the places on, a client shows first where it is", async () => {
    const lab = new EdhocLab({ limits: { halfOpenSessions: 2 } });
    const codes: number[] = [];
    for (const address of ["fd00::2", "fd00::3"]) {
      const message = lab.parties.initiator(3).composeMessage1();
      const client = lab.client(address, (code) => codes.push(code));
      const answer = await lab.post(client, addPrefix({ connectionId: undefined, message }));
      assert.equal(answer.code, CHANGED);
    }
    assert.deepEqual(codes, [CHANGED, UNAUTHORIZED, CHANGED]);
  });

  it("RFC 9175 §2.4: an Echo value is good for an address, a port and some time", async () => {
    const world = new World({ seed: 1 });
    const reachability = new Reachability(withCrypto(world.host("fd00::1")));
    const ask = (address: string, port: number, options = new Options()): void =>
      reachability.require({ options, remote: { scheme: "coap", address, port } });
    const refusal = assert.throws(() => ask("fd00::2", 5683), RequestError);
    assert.equal(refusal.code, UNAUTHORIZED);
    const { options } = refusal.toResponse();
    ask("fd00::2", 5683, options);
    assert.throws(() => ask("fd00::3", 5683, options), RequestError);
    assert.throws(() => ask("fd00::2", 5684, options), RequestError);
    await world.time.advance(REACHABILITY_MS);
    ask("fd00::2", 5683, options);
    await world.time.advance(REACHABILITY_MS);
    assert.throws(() => ask("fd00::2", 5683, options), RequestError);
  });

  it("RFC 9528 §3.3.3: a connection identifier is short, and not one that is in use", () => {
    const random = new SeededRandom(1);
    const short = freeConnectionId(random, () => false);
    assert.equal(short.length, 1);
    assert.ok(short[0]! <= 0x17 || (short[0]! >= 0x20 && short[0]! <= 0x37));
    assert.equal(freeConnectionId(random, (id) => id.length < 3).length, 3);
    assert.equal(freeConnectionId(random, (id) => id.length < 7).length, 7);
    assert.throws(() => freeConnectionId(random, () => true), LimitError, "MAX_CONNECTION_ID_BYTES");
  });
});
