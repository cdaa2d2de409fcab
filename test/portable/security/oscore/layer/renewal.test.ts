import { concatBytes } from "../../../../../src/bytes/concat.js";
import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { CHANGED, POST, UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { CON, Message, encodeMessage } from "../../../../../src/coap/codec/message.js";
import { OSCORE, URI_PATH } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { ClientErrorResponse } from "../../../../../src/coap/errors.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import {
  Renewal,
  idContextsOf,
  unwrapIdContext,
  wrapIdContext,
} from "../../../../../src/security/oscore/contexts/renewal.js";
import { establish } from "../../../../../src/security/oscore/context/security-context.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { AdditionalData } from "../../../../../src/security/oscore/context/additional-data.js";
import { deriveKeys, type DerivedKeys } from "../../../../../src/security/oscore/context/derivation.js";
import { Nonces } from "../../../../../src/security/oscore/context/nonce.js";
import { AEADS, completeParameters } from "../../../../../src/security/oscore/context/parameters.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { PlaintextBuffer } from "../../../../../src/security/oscore/message/plaintext.js";
import { decodeOscoreOption, encodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import {
  SeededRandom,
  World,
  assert,
  describe,
  hostCrypto,
  it,
  type VirtualHost,
} from "../../../../portable.js";
import { CLIENT, CLIENT_PARAMETERS, SERVER, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;

/** A client and a server that remember nothing; either may be restarted. */
class Lab {
  readonly world = new World({ seed: 1 });
  readonly #clientHost = this.world.host(CLIENT);
  readonly #serverHost = this.world.host(SERVER);
  readonly #attackerHost = this.world.host("fd00::3");
  readonly sent: Message[] = [];
  readonly received: Message[] = [];
  acted = 0;
  client = this.#start(this.#clientHost);
  server = this.#start(this.#serverHost);

  restart(which: "client" | "server"): void {
    this[which].close();
    this[which] = this.#start(which === "client" ? this.#clientHost : this.#serverHost);
  }

  #start(host: VirtualHost): Endpoint {
    const isClient = host === this.#clientHost;
    const contexts = new SecurityContexts(hostCrypto());
    const parameters = isClient ? CLIENT_PARAMETERS : mirrored(CLIENT_PARAMETERS);
    contexts.addRenewed("peer", parameters, host.random);
    const site = new Site();
    const post = (): ReturnType<typeof changed> => {
      this.acted += 1;
      return changed();
    };
    site.add("act", { post, get: () => text("on"), observable: true, protectedBy: ["peer"] });
    return new Endpoint(host, {
      port: 5683,
      site,
      oscore: oscore({ contexts }),
      trace: ({ direction, bytes }) => {
        if (isClient) (direction === "out" ? this.sent : this.received).push(new Message(bytes.slice()));
      },
    });
  }

  post(): Promise<number> {
    const request = this.client.client.post(`coap://[${SERVER}]/act`, PEER);
    return this.world.time.until(request.then(({ code }) => code));
  }

  /** A server without any context takes the place of the server. */
  forgetAll(): void {
    this.server.close();
    const contexts = new SecurityContexts(hostCrypto());
    this.server = new Endpoint(this.#serverHost, { port: 5683, oscore: oscore({ contexts }) });
  }

  /** What comes back for a POST that is protected with an ID Context, and says so. */
  async answerTo(idContext: Uint8Array, kidContext: Uint8Array, partialIv: number): Promise<Message> {
    const context = establish(hostCrypto(), { ...CLIENT_PARAMETERS, idContext });
    const plaintext = new PlaintextBuffer(64).encode(
      POST,
      new Options().addString(URI_PATH, "act"),
      undefined,
    );
    const value = encodeOscoreOption({ partialIv, kid: CLIENT_PARAMETERS.senderId, kidContext });
    const payload = context.sealRequest(partialIv, plaintext);
    const bytes = new Uint8Array(128);
    const options = new Options().add(OSCORE, value);
    const length = encodeMessage(bytes, CON, POST, 0x100 + partialIv, Uint8Array.of(1), options, payload);
    const answers: Message[] = [];
    const peer = new this.#attackerHost.udp({
      onReadable: () => void answers.push(new Message(new Uint8Array(peer.read()!))),
    });
    peer.write(bytes.subarray(0, length), SERVER, 5683);
    await this.world.time.advance(100);
    peer.close();
    assert.equal(answers.length, 1);
    return answers[0]!;
  }

  async replay(): Promise<void> {
    const attacker = new this.#attackerHost.udp({ port: 5683 });
    for (const [index, { bytes }] of this.sent.entries()) {
      const copy = bytes.slice();
      copy[3] = 100 + index;
      attacker.write(copy, SERVER, 5683);
    }
    await this.world.time.advance(100);
    attacker.close();
  }
}

function kidContextOf({ options }: Message): Uint8Array | undefined {
  return decodeOscoreOption(options.first(OSCORE)!).kidContext;
}

/** The ID Context that is wrapped in a `kid context`, or is it. */
function idContextOf(message: Message): string | undefined {
  const kidContext = kidContextOf(message);
  return kidContext && toHex(unwrapIdContext(kidContext) ?? kidContext);
}

describe("OSCORE renewal", () => {
  it("RFC 8613 §B.2: two requests make a context: R1, then R2, then R2 and R3", async () => {
    const lab = new Lab();
    assert.equal(await lab.post(), CHANGED);
    assert.equal(lab.acted, 1);
    const [first, second] = lab.sent.map(idContextOf);
    const [offer, answer] = lab.received.map(idContextOf);
    assert.deepEqual([lab.sent.length, first!.length, offer!.length, second!.length], [2, 16, 32, 48]);
    assert.ok(second!.startsWith(offer!));
    assert.equal(answer, undefined);
    assert.equal(await lab.post(), CHANGED);
    assert.deepEqual([lab.sent.length, lab.acted], [3, 2]);
  });

  it("RFC 8613 §5, §B.2: requests #1 and #2 have the ID Context wrapped, those afterwards as it is", async () => {
    const lab = new Lab();
    for (let count = 0; count < 3; count += 1) assert.equal(await lab.post(), CHANGED);
    const [first, second, ...others] = lab.sent.map((message) => kidContextOf(message)!);
    assert.equal(first![0], 0x48);
    assert.equal(toHex(second!.subarray(0, 2)), "5818");
    assert.deepEqual(
      others.map((kidContext) => toHex(kidContext)),
      [toHex(second!.subarray(2)), toHex(second!.subarray(2))],
    );
  });

  it("RFC 8613 §5, §B.2: the server of an established context takes it wrapped, as in request #2, and as it is", async () => {
    const lab = new Lab();
    await lab.post();
    const wrapped = kidContextOf(lab.sent[1]!)!;
    const idContext = unwrapIdContext(wrapped)!;
    let acted = 1;
    for (const kidContext of [wrapped, idContext]) {
      const answer = await lab.answerTo(idContext, kidContext, 16 + acted);
      assert.equal(kidContextOf(answer), undefined);
      acted += 1;
      assert.equal(lab.acted, acted);
    }
    const replayed = await lab.answerTo(idContext, wrapped, 17);
    assert.deepEqual([replayed.code, replayed.options.has(OSCORE), lab.acted], [UNAUTHORIZED, false, acted]);
    assert.equal(await lab.post(), CHANGED);
  });

  it("RFC 8613 §B.2: a server that has lost the context makes an offer, wrapped the ID Context or not", async () => {
    const lab = new Lab();
    // Bytes that are an ID Context, and a CBOR byte string of another one.
    const ambiguous = Uint8Array.of(0x43, 1, 2, 3);
    const cases: readonly (readonly [id: Uint8Array, kidContext: Uint8Array])[] = [
      [Uint8Array.of(0xff, 2, 3, 4), Uint8Array.of(0xff, 2, 3, 4)],
      [ambiguous, ambiguous],
      [Uint8Array.of(1, 2, 3), ambiguous],
    ];
    for (const [index, [idContext, kidContext]] of cases.entries()) {
      const answer = await lab.answerTo(idContext, kidContext, index);
      assert.equal(unwrapIdContext(kidContextOf(answer)!)!.length, 16);
    }
    assert.equal(lab.acted, 0);
  });

  it("RFC 8613 §5.1, §8.2: after 'Security context not found' the ID Context is wrapped again until an answer verifies", async () => {
    const lab = new Lab();
    await lab.post();
    await lab.post();
    lab.forgetAll();
    for (let count = 0; count < 2; count += 1)
      await assert.rejects(lab.post(), ClientErrorResponse, "Security context not found");
    lab.restart("server");
    assert.equal(await lab.post(), CHANGED);
    assert.equal(await lab.post(), CHANGED);
    // Two that make the context, one, two in vain, two that make another one, one.
    assert.deepEqual(
      lab.sent.map((message) => kidContextOf(message)!.length),
      [9, 26, 24, 24, 26, 26, 26, 24],
    );
    assert.equal(lab.acted, 4);
  });

  it("RFC 8613 §8.3, §B.2: response #1 has the AEAD nonce of request #1, which the first context gave", async () => {
    const lab = new Lab();
    await lab.post();
    const id1 = fromHex(idContextOf(lab.sent[0]!)!);
    const r2 = fromHex(idContextOf(lab.received[0]!)!);
    const keysOf = (idContext: Uint8Array): DerivedKeys =>
      deriveKeys(hostCrypto(), completeParameters({ ...CLIENT_PARAMETERS, idContext }));
    const { senderId } = CLIENT_PARAMETERS;
    const aead = hostCrypto().aead("AES-CCM-16-64-128", keysOf(concatBytes([r2, id1])).recipientKey);
    const nonce = new Nonces(keysOf(id1).commonIv, senderId).of(0);
    const data = new AdditionalData(AEADS["AES-CCM-16-64-128"].number, senderId).of(0);
    assert.equal(aead.open(nonce, data, lab.received[0]!.payload)?.[0], UNAUTHORIZED);
  });

  it("RFC 8613 §B.2: either side may forget all, and goes on", async () => {
    const lab = new Lab();
    for (const which of ["client", "server", "server", "client"] as const) {
      assert.equal(await lab.post(), CHANGED);
      lab.restart(which);
    }
    assert.equal(await lab.post(), CHANGED);
    assert.equal(lab.acted, 5);
    const contexts = lab.sent.map(({ options }) => toHex(options.first(OSCORE)!));
    assert.equal(new Set(contexts).size, contexts.length);
  });

  it("RFC 8613 §B.2: no request is done again, neither #1 nor #2, before or after a restart", async () => {
    const lab = new Lab();
    await lab.post();
    await lab.post();
    await lab.replay();
    assert.equal(lab.acted, 2);
    lab.restart("server");
    await lab.replay();
    assert.equal(lab.acted, 2);
    await lab.post();
    await lab.replay();
    assert.equal(lab.acted, 3);
  });

  it("RFC 8613 §B.2: requests side by side share the third context", async () => {
    const lab = new Lab();
    const requests = [1, 2, 3].map(() => lab.client.client.post(`coap://[${SERVER}]/act`, PEER));
    await lab.world.time.until(Promise.all(requests));
    assert.equal(lab.acted, 3);
    assert.equal(await lab.post(), CHANGED);
    assert.equal(new Set(lab.sent.slice(-3).map(idContextOf)).size, 1);
  });

  it("RFC 8613 §B.2: both sides may begin at once: what fails then says why, and one of them alone gets keys again", async () => {
    const lab = new Lab();
    const ask = (endpoint: Endpoint, address: string): Promise<unknown> =>
      endpoint.client.get(`coap://[${address}]/act`, PEER).catch((error: unknown) => error);
    const outcomes = await lab.world.time.until(
      Promise.all([ask(lab.client, SERVER), ask(lab.server, CLIENT)]),
    );
    for (const outcome of outcomes)
      if (outcome instanceof Error)
        assert.equal(outcome.message, "the security context peer was removed, or replaced by the peer");
    assert.equal(await lab.post(), CHANGED);
  });

  it("RFC 8613 §B.2: an observation begins with a renewal", async () => {
    const lab = new Lab();
    const observation = await lab.world.time.until(lab.client.client.observe(`coap://[${SERVER}]/act`, PEER));
    assert.equal((await lab.world.time.until(observation.next())).value!.text(), "on");
    await lab.world.time.until(observation.cancel());
  });

  it("RFC 8613 §B.2.1: an R2 is known again until a request with one was taken, and no other is", () => {
    const random = new SeededRandom(1);
    const parameters = completeParameters(CLIENT_PARAMETERS);
    const renewal = new Renewal(hostCrypto(), random, parameters);
    const offer = renewal.offer(renewal.first());
    const r2 = unwrapIdContext(offer.kidContext)!;
    const third = renewal.third(r2);
    assert.ok(renewal.isOffered(third));
    const forged = r2.slice();
    forged[0] = forged[0]! ^ 1;
    assert.ok(!renewal.isOffered(renewal.third(forged)));
    assert.ok(!new Renewal(hostCrypto(), random, parameters).isOffered(third));
    renewal.close();
    assert.ok(!renewal.isOffered(third));
  });

  it("RFC 8613 §B.2: a kid context is an ID Context, wrapped in a CBOR byte string or not; what is too long or none is not taken", () => {
    const renewal = new Renewal(hostCrypto(), new SeededRandom(1), completeParameters(CLIENT_PARAMETERS));
    assert.equal(toHex(wrapIdContext(Uint8Array.of(1, 2))), "420102");
    const meaning = (hex: string): string[] => idContextsOf(fromHex(hex)).map((one) => toHex(one));
    for (const hex of ["", "4201", "410102", "6161", "f6"]) assert.deepEqual(meaning(hex), [hex]);
    assert.deepEqual(meaning("420102"), ["0102", "420102"]);
    assert.equal(renewal.named(new Uint8Array(0)), undefined);
    assert.ok(renewal.named(new Uint8Array(112)));
    assert.equal(renewal.named(new Uint8Array(113)), undefined);
    assert.ok(
      encodeOscoreOption({ partialIv: 0, kid: undefined, kidContext: wrapIdContext(new Uint8Array(24)) }),
    );
  });
});
