import { concatBytes } from "../../../../src/bytes/concat.js";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { CHANGED, UNAUTHORIZED } from "../../../../src/coap/codec/code.js";
import { Message } from "../../../../src/coap/codec/message.js";
import { OSCORE } from "../../../../src/coap/codec/option-number.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { Site } from "../../../../src/coap/server/site.js";
import { changed, text } from "../../../../src/coap/server/response.js";
import { Renewal, unwrapIdContext, wrapIdContext } from "../../../../src/oscore/contexts/renewal.js";
import { SecurityContexts } from "../../../../src/oscore/contexts/security-contexts.js";
import { AdditionalData } from "../../../../src/oscore/context/additional-data.js";
import { deriveKeys, type DerivedKeys } from "../../../../src/oscore/context/derivation.js";
import { Nonces } from "../../../../src/oscore/context/nonce.js";
import { AEADS, completeParameters } from "../../../../src/oscore/context/parameters.js";
import { oscore } from "../../../../src/oscore/layer/oscore.js";
import { decodeOscoreOption, encodeOscoreOption } from "../../../../src/oscore/option.js";
import {
  SeededRandom,
  World,
  assert,
  describe,
  hostCrypto,
  it,
  type VirtualHost,
} from "../../../portable.js";
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

function kidContextOf({ options }: Message): string | undefined {
  const { kidContext } = decodeOscoreOption(options.first(OSCORE)!);
  const idContext = kidContext && unwrapIdContext(kidContext);
  return idContext && toHex(idContext);
}

describe("OSCORE renewal", () => {
  it("RFC 8613 §B.2: two requests make a context: R1, then R2, then R2 and R3", async () => {
    const lab = new Lab();
    assert.equal(await lab.post(), CHANGED);
    assert.equal(lab.acted, 1);
    const [first, second] = lab.sent.map(kidContextOf);
    const [offer, answer] = lab.received.map(kidContextOf);
    assert.deepEqual([lab.sent.length, first!.length, offer!.length, second!.length], [2, 16, 32, 48]);
    assert.ok(second!.startsWith(offer!));
    assert.equal(answer, undefined);
    assert.equal(await lab.post(), CHANGED);
    assert.deepEqual([lab.sent.length, lab.acted], [3, 2]);
  });

  it("RFC 8613 §8.3, §B.2: response #1 has the AEAD nonce of request #1, which the first context gave", async () => {
    const lab = new Lab();
    await lab.post();
    const id1 = fromHex(kidContextOf(lab.sent[0]!)!);
    const r2 = fromHex(kidContextOf(lab.received[0]!)!);
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
    assert.equal(new Set(lab.sent.slice(-3).map(kidContextOf)).size, 1);
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

  it("RFC 8613 §B.2: a kid context is an ID Context in a CBOR byte string; what is too long or none is not taken", () => {
    const renewal = new Renewal(hostCrypto(), new SeededRandom(1), completeParameters(CLIENT_PARAMETERS));
    assert.equal(toHex(wrapIdContext(Uint8Array.of(1, 2))), "420102");
    for (const kidContext of [[], [0x42, 1], [0x41, 1, 2], [0x61, 0x61], [0xf6]])
      assert.equal(renewal.named(Uint8Array.from(kidContext)), undefined);
    assert.ok(renewal.named(wrapIdContext(new Uint8Array(112))));
    assert.equal(renewal.named(wrapIdContext(new Uint8Array(113))), undefined);
    assert.ok(
      encodeOscoreOption({ partialIv: 0, kid: undefined, kidContext: wrapIdContext(new Uint8Array(24)) }),
    );
  });
});
