/** Secrets that were derived are overwritten when their owner is done; those of the caller are not. */

import { fromHex } from "../../../src/bytes/hex.js";
import { Endpoint } from "../../../src/coap/endpoint.js";
import { text } from "../../../src/coap/server/response.js";
import { Site } from "../../../src/coap/server/site.js";
import { hkdf, hkdfExpand } from "../../../src/crypto/hkdf.js";
import { EdhocProcessingError } from "../../../src/security/edhoc/errors.js";
import { DEFAULT_EDHOC_LIMITS } from "../../../src/security/edhoc/coap/limits.js";
import { addPrefix } from "../../../src/security/edhoc/coap/prefix.js";
import { METHODS } from "../../../src/security/edhoc/method.js";
import { SecurityContextError } from "../../../src/security/oscore/errors.js";
import { SecurityContexts } from "../../../src/security/oscore/contexts/security-contexts.js";
import { SessionContexts } from "../../../src/security/oscore/contexts/session-contexts.js";
import { oscore } from "../../../src/security/oscore/layer/oscore.js";
import { assert, describe, it, World } from "../../portable.js";
import { EdhocLab } from "./edhoc/coap/lab.js";
import { Parties } from "./edhoc/suites/parties.js";
import { CLIENT, mirrored, SERVER } from "./oscore/layer/protected-lab.js";
import { WatchedSecrets } from "./watched-secrets.js";

const MASTER_SECRET = "0102030405060708090a0b0c0d0e0f10";
const PEER = { securityContext: "peer" } as const;

/** What two endpoints share; the secret is the test's. */
function makeParameters(watched: WatchedSecrets): {
  masterSecret: Uint8Array;
  senderId: Uint8Array;
  recipientId: Uint8Array;
} {
  const masterSecret = fromHex(MASTER_SECRET);
  watched.own(masterSecret);
  return { masterSecret, senderId: fromHex(""), recipientId: fromHex("01") };
}

/** Both parties of EDHOC; their private keys are the test's. */
function makeParties(watched: WatchedSecrets): Parties {
  const parties = new Parties(watched.crypto);
  ownKeys(watched, parties);
  return parties;
}

function ownKeys(watched: WatchedSecrets, { initiators, responders }: Parties): void {
  for (const { privateKey } of [...initiators, ...responders]) watched.own(privateKey);
}

/** An EDHOC server and its clients. */
function makeLab(options: ConstructorParameters<typeof EdhocLab>[0] = {}): {
  watched: WatchedSecrets;
  lab: EdhocLab;
} {
  const watched = new WatchedSecrets();
  const lab = new EdhocLab(options, undefined, watched.crypto);
  ownKeys(watched, lab.parties);
  return { watched, lab };
}

function checkWiped(watched: WatchedSecrets): void {
  assert.ok(watched.count > 0, "secrets were seen");
  assert.deepEqual(watched.left, []);
  assert.deepEqual(watched.damaged, []);
}

/** Two endpoints whose contexts are renewed, or not. */
class Pair {
  readonly watched = new WatchedSecrets();
  readonly world = new World({ seed: 1 });
  readonly site = new Site();
  readonly clientContexts = new SecurityContexts(this.watched.crypto);
  serverContexts = new SecurityContexts(this.watched.crypto);
  readonly client: Endpoint;
  readonly #serverHost = this.world.host(SERVER);
  readonly #isRenewed: boolean;
  server: Endpoint;

  constructor(isRenewed: boolean) {
    this.#isRenewed = isRenewed;
    const host = this.world.host(CLIENT);
    const parameters = makeParameters(this.watched);
    if (isRenewed) this.clientContexts.addRenewed("peer", parameters, host.random);
    else this.clientContexts.add("peer", parameters);
    this.client = new Endpoint(host, { oscore: oscore({ contexts: this.clientContexts }) });
    this.server = this.#startServer();
  }

  restartServer(): void {
    this.server.close();
    this.serverContexts.close();
    this.serverContexts = new SecurityContexts(this.watched.crypto);
    this.server = this.#startServer();
  }

  async get(): Promise<string> {
    const request = this.client.client.get(`coap://[${SERVER}]/door`, PEER);
    return (await this.world.time.until(request)).text();
  }

  close(): void {
    this.client.close();
    this.server.close();
    this.clientContexts.close();
    this.serverContexts.close();
  }

  #startServer(): Endpoint {
    const parameters = mirrored(makeParameters(this.watched));
    if (this.#isRenewed) this.serverContexts.addRenewed("peer", parameters, this.#serverHost.random);
    else this.serverContexts.add("peer", parameters);
    const contexts = this.serverContexts;
    return new Endpoint(this.#serverHost, { port: 5683, site: this.site, oscore: oscore({ contexts }) });
  }
}

describe("secrets that were derived are overwritten", () => {
  it("RFC 5869: HKDF leaves its output only", () => {
    for (const length of [16, 32, 33, 64, 80]) {
      const watched = new WatchedSecrets();
      const secret = fromHex(MASTER_SECRET);
      watched.own(secret);
      const output = hkdf(watched.crypto, "SHA-256", fromHex("01"), secret, fromHex("02"), length);
      assert.equal(output.length, length);
      assert.ok(output.some((byte) => byte !== 0));
      output.fill(0);
      checkWiped(watched);
      const key = fromHex(MASTER_SECRET);
      watched.own(key);
      hkdfExpand(watched.crypto, "SHA-256", key, fromHex("02"), length).fill(0);
      checkWiped(watched);
    }
  });

  for (const method of METHODS)
    it(`RFC 9528 §9.8: EDHOC, method ${method}: all is gone when both sessions are closed`, () => {
      for (const suite of [0, 2]) {
        const watched = new WatchedSecrets();
        const parties = makeParties(watched);
        const initiator = parties.initiator(method, { suites: [suite], message4: true });
        const responder = parties.responder({ suites: [suite], message4: true });
        const { message3, session } = initiator.processMessage2(
          responder.processMessage1(initiator.composeMessage1()),
        );
        const completed = responder.processMessage3(message3);
        initiator.processMessage4(completed.message4!);
        assert.ok(watched.left.length > 0, "sessions have keys");
        assert.deepEqual(session.oscore().masterSecret, completed.session.oscore().masterSecret);
        session.updateKeys(Uint8Array.of(1));
        let seen: Uint8Array | undefined;
        session.useOscore(({ masterSecret }) => (seen = masterSecret));
        assert.deepEqual(seen, new Uint8Array(16));
        session.close();
        completed.session.close();
        checkWiped(watched);
      }
    });

  for (const method of METHODS)
    it(`RFC 9528 §9.8: EDHOC, method ${method}: all is gone where a message is damaged, or none comes`, () => {
      const watched = new WatchedSecrets();
      const parties = makeParties(watched);
      const damaged = (message: Uint8Array): Uint8Array => {
        const copy = message.slice();
        copy[copy.length - 1]! ^= 1;
        return copy;
      };
      const begin = parties.initiator(method);
      const responder = parties.responder();
      const message2 = responder.processMessage1(begin.composeMessage1());
      assert.throws(() => begin.processMessage2(damaged(message2)), EdhocProcessingError);
      responder.close();
      checkWiped(watched);
      const [initiator, other] = [parties.initiator(method, { message4: true }), parties.responder()];
      const answered = initiator.processMessage2(other.processMessage1(initiator.composeMessage1()));
      assert.throws(() => other.processMessage3(damaged(answered.message3)), EdhocProcessingError);
      answered.session.close();
      assert.ok(watched.left.length > 0, "the Initiator waits for message_4");
      initiator.close();
      checkWiped(watched);
      const unanswered = parties.initiator(method);
      unanswered.composeMessage1();
      unanswered.close();
      checkWiped(watched);
    });

  it("RFC 9528 §9.7: EDHOC over CoAP: sessions are gone that are pushed out, and after halfOpenMs", async () => {
    const { watched, lab } = makeLab();
    const client = lab.client("fd00::2");
    for (let count = 0; count < 2 * DEFAULT_EDHOC_LIMITS.halfOpenSessions; count += 1) {
      const initiator = lab.parties.initiator(3);
      const message = initiator.composeMessage1();
      await lab.post(client, addPrefix({ connectionId: undefined, message }));
      initiator.close();
    }
    // A private key, PRK_2e and PRK_3e2m each.
    assert.ok(watched.left.length <= 3 * DEFAULT_EDHOC_LIMITS.halfOpenSessions, watched.left.join(", "));
    assert.ok(watched.left.length > 0, "the newest wait");
    await lab.world.time.advance(DEFAULT_EDHOC_LIMITS.halfOpenMs);
    checkWiped(watched);
    lab.close();
  });

  it("RFC 9528 appendix A: EDHOC over CoAP, either flow: sessions that are closed leave none", async () => {
    for (const message4 of [false, "optional", true] as const) {
      const { watched, lab } = makeLab({ message4 });
      const session = await lab.establish(lab.client("fd00::2"), { message4 });
      assert.ok(watched.left.length > 0, "sessions have keys");
      session.close();
      for (const one of lab.sessions) one.close();
      assert.equal(lab.sessions.length, 1);
      checkWiped(watched);
      lab.close();
    }
  });

  it("RFC 8613 §3.2: a context leaves none when it is removed, and none but its keys before", () => {
    const watched = new WatchedSecrets();
    const contexts = new SecurityContexts(watched.crypto);
    contexts.add("peer", makeParameters(watched));
    const { security } = contexts.get("peer")!;
    const isMasterSecret = (line: string): boolean => line.startsWith("input of HMAC");
    assert.deepEqual(
      watched.left.map((line) => isMasterSecret(line)),
      [true, false, false],
    );
    assert.throws(
      () => contexts.add("other", makeParameters(watched)),
      SecurityContextError,
      "keys of its own",
    );
    assert.equal(watched.left.length, 3);
    contexts.remove("peer");
    assert.equal(security.isForgotten, true);
    assert.equal(security.openRequest(0, new Uint8Array(20)), undefined);
    checkWiped(watched);
  });

  it("the session that makes room for another one leaves none", () => {
    const watched = new WatchedSecrets();
    const contexts = new SecurityContexts(watched.crypto);
    const sessions = new SessionContexts(contexts, { sessions: 2 });
    const add = (name: string, byte: number): void => {
      const masterSecret = new Uint8Array(16).fill(byte);
      watched.own(masterSecret);
      sessions.add(name, { masterSecret, senderId: Uint8Array.of(0), recipientId: Uint8Array.of(byte) });
    };
    add("one", 1);
    const before = watched.left.length;
    for (let byte = 2; byte < 10; byte += 1) add("one", byte);
    assert.equal(watched.left.length, before);
    for (let byte = 10; byte < 20; byte += 1) add(`peer-${byte}`, byte);
    assert.equal(watched.left.length, 2 * before);
    contexts.close();
    checkWiped(watched);
  });

  it("RFC 8613 §B.2: what was derived on the way to new keys is gone, also after a restart of the server", async () => {
    const pair = new Pair(true);
    pair.site.add("door", { get: () => text("open"), protectedBy: ["peer"] });
    assert.equal(await pair.get(), "open");
    const inUse = pair.watched.left.length;
    for (let restarts = 0; restarts < 3; restarts += 1) {
      pair.restartServer();
      assert.equal(await pair.get(), "open");
      assert.ok(pair.watched.left.length <= inUse, `${pair.watched.left.length} after restart ${restarts}`);
    }
    pair.close();
    checkWiped(pair.watched);
  });

  it("a request that is in work when its context is removed is answered, then the keys are gone", async () => {
    const pair = new Pair(false);
    pair.site.add("door", {
      get: () => {
        pair.serverContexts.remove("peer");
        return new Promise((resolve) => {
          pair.world.time.schedule(() => resolve(text("open")), pair.world.time.nowMs + 5000, undefined);
        });
      },
      protectedBy: ["peer"],
    });
    assert.equal(await pair.get(), "open");
    pair.clientContexts.close();
    checkWiped(pair.watched);
    pair.close();
  });
});
