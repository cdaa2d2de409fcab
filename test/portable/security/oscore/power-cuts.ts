/**
 * Two endpoints, each server and client of the other, whose power is cut at any storage operation or between two, while
 * somebody repeats what was on the wire. RFC 8613 §7.2, §7.4, Appendix B.1.
 */

import { decodeUtf8, encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { ECHO } from "../../../../src/coap/codec/option-number.js";
import { CoapError } from "../../../../src/coap/errors.js";
import { Site } from "../../../../src/coap/server/site.js";
import type { Resource } from "../../../../src/coap/server/resource.js";
import { changed, text } from "../../../../src/coap/server/response.js";
import type { ContextParameters } from "../../../../src/security/oscore/context/parameters.js";
import { StoredState } from "../../../../src/security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../src/security/oscore/layer/oscore.js";
import type { AEAD, Crypto } from "../../../../src/ports/crypto.js";
import { MemoryKeyValue } from "../../../../src/storage/memory.js";
import { SeededRandom, World, hostCrypto, type VirtualHost } from "../../../portable.js";
import { CLIENT_PARAMETERS, mirrored } from "./layer/protected-lab.js";

/** Short, so that numbers are reserved all the time. */
const STEP = 3;
const PEER = { securityContext: "peer", timeoutMs: 3_000 } as const;
/** Datagrams that the attacker remembers. */
const REMEMBERED = 40;
const NO_BYTES = new Uint8Array(0);

/** What happened in a run. */
export interface Outcome {
  /** Power cuts, at a storage operation or between two. */
  readonly cuts: number;
  /** Of these, at a storage operation. */
  readonly cutsInStorage: number;
  /** Requests that were answered with success. */
  readonly answered: number;
  readonly notified: number;
  readonly replayed: number;
  /** Pairs of key and nonce that sealed two messages. */
  readonly noncesTwice: number;
  /** Requests that were acted on twice. */
  readonly actedTwice: number;
}

/** The crypto port, watched: no key may seal twice with the same nonce. */
class WatchedCrypto {
  readonly #seen = new Set<string>();
  twice = 0;

  get port(): Crypto {
    const real = hostCrypto();
    return {
      supports: (algorithm) => real.supports(algorithm),
      aead: (algorithm, key) => this.#watch(real.aead(algorithm, key), toHex(key)),
      encryptBlock: (key, block) => real.encryptBlock(key, block),
      hash: (algorithm, data) => real.hash(algorithm, data),
      hmac: (algorithm, key, data) => real.hmac(algorithm, key, data),
      publicKey: (curve, key) => real.publicKey(curve, key),
      sign: (algorithm, key, message) => real.sign(algorithm, key, message),
      verify: (algorithm, key, message, signature) => real.verify(algorithm, key, message, signature),
      agree: (algorithm, ours, theirs) => real.agree(algorithm, ours, theirs),
      equal: (a, b) => real.equal(a, b),
    };
  }

  #watch(aead: AEAD, key: string): AEAD {
    return {
      nonceBytes: aead.nonceBytes,
      tagBytes: aead.tagBytes,
      seal: (nonce, aad, plaintext) => {
        const use = `${key.slice(0, 8)} ${toHex(nonce)}`;
        if (this.#seen.has(use)) this.twice += 1;
        this.#seen.add(use);
        return aead.seal(nonce, aad, plaintext);
      },
      open: (nonce, aad, sealed) => aead.open(nonce, aad, sealed),
      close: () => aead.close(),
    };
  }
}

/** One of the two: what is in its storage outlives the cuts. */
class Party {
  readonly host: VirtualHost;
  endpoint: Endpoint;
  acted = new Set<string>();
  actedTwice = 0;
  isDead = false;
  /** Storage operations until the power is cut. */
  operationsLeft = Infinity;
  /** The operation during which it is cut is still done. */
  isCutAfter = false;
  #state: Resource | undefined;
  readonly #crypto: WatchedCrypto;
  readonly #parameters: ContextParameters;
  readonly #storage: MemoryKeyValue;
  readonly #overhear: (bytes: Uint8Array) => void;

  constructor(
    host: VirtualHost,
    crypto: WatchedCrypto,
    parameters: ContextParameters,
    overhear: (bytes: Uint8Array) => void,
  ) {
    this.host = host;
    this.#crypto = crypto;
    this.#parameters = parameters;
    this.#overhear = overhear;
    this.#storage = new MemoryKeyValue({ onChange: (apply) => this.#change(apply) });
    this.endpoint = this.#boot();
  }

  restart(): void {
    this.endpoint.close();
    this.isDead = false;
    this.operationsLeft = Infinity;
    this.endpoint = this.#boot();
  }

  /** The observed state changes. */
  notify(): void {
    this.#state?.notify();
  }

  #boot(): Endpoint {
    const contexts = new SecurityContexts(this.#crypto.port);
    const storage = this.#storage.open({ path: "oscore" });
    contexts.add("peer", this.#parameters, new StoredState(storage, "peer", STEP));
    const site = new Site();
    site.add("act", {
      protectedBy: "any",
      post: ({ payload, options }) => {
        // A client that is told 4.01 sends another request, with the Echo value: that one is not a replay.
        const name = `${decodeUtf8(payload)} ${toHex(options.first(ECHO) ?? NO_BYTES)}`;
        if (this.acted.has(name)) this.actedTwice += 1;
        this.acted.add(name);
        return changed();
      },
    });
    this.#state = site.add("state", { protectedBy: "any", get: () => text("on"), observable: true });
    return new Endpoint(this.host, {
      port: 5683,
      site,
      oscore: oscore({ contexts }),
      trace: ({ direction, bytes }) => {
        if (direction === "out" && !this.isDead) this.#overhear(bytes.slice());
      },
    });
  }

  #change(apply: () => void): void {
    this.operationsLeft -= 1;
    if (this.isDead || this.operationsLeft < 0) {
      if (!this.isDead && this.isCutAfter) apply();
      this.isDead = true;
      throw new Error("the power is gone");
    }
    apply();
  }
}

/** Runs until the power was cut `cuts` times. */
export async function cutPower(seed: number, cuts: number): Promise<Outcome> {
  // A device's stack has 512 slots: the caller's frames and those of key derivation would not fit it together.
  await Promise.resolve();
  const world = new World({ seed, network: { loss: 0.05 } });
  const random = new SeededRandom(seed).fork("power cuts");
  const crypto = new WatchedCrypto();
  const overheard: Uint8Array[] = [];
  const overhear = (bytes: Uint8Array): void => {
    if (overheard.length < REMEMBERED) overheard.push(bytes);
    else overheard[random.integer(0, REMEMBERED - 1)] = bytes;
  };
  const one = new Party(world.host("fd00::1"), crypto, CLIENT_PARAMETERS, overhear);
  const other = new Party(world.host("fd00::2"), crypto, mirrored(CLIENT_PARAMETERS), overhear);
  const attackerHost = world.host("fd00::3");
  const attacker = new attackerHost.udp({ port: 5683 });
  const tally = { cuts: 0, cutsInStorage: 0, answered: 0, notified: 0, replayed: 0 };
  let name = 0;
  let messageId = 0;

  const act = async (from: Party, to: string): Promise<void> => {
    name += 1;
    const options = { ...PEER, payload: encodeUtf8(String(name)) };
    try {
      await from.endpoint.client.post(`coap://[${to}]/act`, options);
      tally.answered += 1;
    } catch (error) {
      if (!(error instanceof CoapError)) throw error;
    }
  };
  const observe = async (from: Party, to: Party, address: string): Promise<void> => {
    try {
      const observation = await from.endpoint.client.observe(`coap://[${address}]/state`, PEER);
      await observation.next();
      for (let count = random.integer(1, 5); count > 0; count -= 1) {
        to.notify();
        if ((await observation.next()).value) tally.notified += 1;
      }
      await observation.cancel();
    } catch (error) {
      if (!(error instanceof CoapError)) throw error;
    }
  };
  const replay = (): void => {
    const bytes = overheard[random.integer(0, overheard.length - 1)]?.slice();
    if (!bytes) return;
    messageId = (messageId + 1) & 0xefff;
    bytes[2] = messageId >> 8;
    bytes[3] = messageId;
    attacker.write(bytes, random.chance(0.5) ? "fd00::1" : "fd00::2", 5683);
    tally.replayed += 1;
  };

  while (tally.cuts < cuts) {
    const victim = random.chance(0.5) ? one : other;
    victim.operationsLeft = random.integer(0, 3);
    victim.isCutAfter = random.chance(0.5);
    const actions: Promise<void>[] = [];
    for (let count = random.integer(1, 3); count > 0; count -= 1) {
      const isOne = random.chance(0.5);
      const from = isOne ? one : other;
      const address = isOne ? "fd00::2" : "fd00::1";
      actions.push(random.chance(0.2) ? observe(from, isOne ? other : one, address) : act(from, address));
      replay();
      await world.time.advance(random.integer(0, 20));
    }
    await world.time.advance(random.integer(0, 200));
    // It goes at a storage operation, or now.
    if (victim.isDead) tally.cutsInStorage += 1;
    tally.cuts += 1;
    victim.restart();
    await world.time.until(Promise.all(actions));
    for (let count = random.integer(0, 3); count > 0; count -= 1) replay();
    await world.time.advance(5);
  }
  one.endpoint.close();
  other.endpoint.close();
  attacker.close();
  return { ...tally, noncesTwice: crypto.twice, actedTwice: one.actedTwice + other.actedTwice };
}
