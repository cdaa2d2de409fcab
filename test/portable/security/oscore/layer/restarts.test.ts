import { Endpoint } from "../../../../../src/coap/endpoint.js";
import { CHANGED, SERVICE_UNAVAILABLE, UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { Message } from "../../../../../src/coap/codec/message.js";
import { ECHO, OSCORE } from "../../../../../src/coap/codec/option-number.js";
import { ServerErrorResponse } from "../../../../../src/coap/errors.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { changed, text } from "../../../../../src/coap/server/response.js";
import { establish } from "../../../../../src/security/oscore/context/security-context.js";
import { StoredState } from "../../../../../src/security/oscore/contexts/context-state.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { decodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import { MemoryKeyValue } from "../../../../../src/storage/memory.js";
import { World, assert, describe, hostCrypto, it, type VirtualHost } from "../../../../portable.js";
import { CLIENT, CLIENT_PARAMETERS, SERVER, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;

/** A client and a server that keep their sequence numbers; either may be restarted. */
class Lab {
  readonly world = new World({ seed: 1 });
  readonly #hosts = [this.world.host(CLIENT), this.world.host(SERVER)];
  readonly #storage = [new MemoryKeyValue(), this.#serverStorage()];
  readonly sent: Message[] = [];
  readonly received: Message[] = [];
  acted = 0;
  isFull = false;
  client = this.#start(0);
  server = this.#start(1);

  #serverStorage(): MemoryKeyValue {
    return new MemoryKeyValue({
      onChange: (apply) => {
        if (this.isFull) throw new Error("no room");
        apply();
      },
    });
  }

  restart(which: "client" | "server"): void {
    this[which].close();
    this[which] = this.#start(which === "client" ? 0 : 1);
  }

  #start(index: 0 | 1): Endpoint {
    const contexts = new SecurityContexts(hostCrypto());
    const parameters = index === 0 ? CLIENT_PARAMETERS : mirrored(CLIENT_PARAMETERS);
    const storage = this.#storage[index]!.open({ path: "oscore" });
    contexts.add("peer", parameters, new StoredState(storage, "peer", 10));
    const site = new Site();
    const post = (): ReturnType<typeof changed> => {
      this.acted += 1;
      return changed();
    };
    site.add("act", { post, get: () => text("on"), observable: true });
    const host: VirtualHost = this.#hosts[index]!;
    return new Endpoint(host, {
      port: 5683,
      site,
      oscore: oscore({ contexts }),
      trace: ({ direction, bytes }) => {
        if (index === 0) (direction === "out" ? this.sent : this.received).push(new Message(bytes.slice()));
      },
    });
  }

  post(): Promise<number> {
    const request = this.client.client.post(`coap://[${SERVER}]/act`, PEER);
    return this.world.time.until(request.then(({ code }) => code));
  }
}

function partialIvOf({ options }: Message): number | undefined {
  return decodeOscoreOption(options.first(OSCORE)!).partialIv;
}

describe("OSCORE restarts", () => {
  it("RFC 8613 §B.1.2: a new context needs no Echo; after a restart the first request is answered with one", async () => {
    const lab = new Lab();
    assert.equal(await lab.post(), CHANGED);
    assert.equal(lab.sent.length, 1);
    lab.restart("server");
    assert.equal(await lab.post(), CHANGED);
    assert.equal(lab.acted, 2);
    assert.equal(lab.sent.length, 3);
    const challenge = lab.received[1]!;
    assert.equal(challenge.code, CHANGED);
    // Its own Partial IV, 4.01, and Echo alone (252 - 13 = 239, 8 bytes): no diagnostic payload.
    const partialIv = partialIvOf(challenge);
    assert.ok(partialIv !== undefined);
    const client = establish(hostCrypto(), CLIENT_PARAMETERS);
    const plaintext = client.openResponse(partialIvOf(lab.sent[1]!)!, partialIv, challenge.payload)!;
    assert.equal(plaintext.length, 11);
    assert.deepEqual([plaintext[0], plaintext[1], plaintext[2]], [UNAUTHORIZED, 0xd8, ECHO - 13]);
    assert.equal(await lab.post(), CHANGED);
    assert.equal(lab.sent.length, 4);
  });

  it("RFC 8613 §B.1.2: what came before the restart, or before the Echo value, is a replay", async () => {
    const lab = new Lab();
    await lab.post();
    lab.restart("server");
    await lab.post();
    assert.equal(lab.acted, 2);
    const attacker = new (lab.world.host("fd00::3").udp)({ port: 5683 });
    for (const [index, message] of [...lab.sent].entries()) {
      const bytes = message.bytes.slice();
      bytes[3] = 200 + index;
      attacker.write(bytes, SERVER, 5683);
    }
    await lab.world.time.advance(100);
    assert.equal(lab.acted, 2);
    attacker.close();
  });

  it("RFC 8613 §B.1.1: a restarted client skips what was reserved, and never repeats a number", async () => {
    const lab = new Lab();
    await lab.post();
    await lab.post();
    lab.restart("client");
    assert.equal(await lab.post(), CHANGED);
    assert.deepEqual(lab.sent.map(partialIvOf), [0, 1, 10]);
  });

  it("RFC 8613 §B.1.3: a restarted client registers anew", async () => {
    const lab = new Lab();
    const observe = async (): Promise<string> => {
      const begun = lab.client.client.observe(`coap://[${SERVER}]/act`, PEER);
      const observation = await lab.world.time.until(begun);
      return (await lab.world.time.until(observation.next())).value!.text();
    };
    assert.equal(await observe(), "on");
    lab.restart("client");
    assert.equal(await observe(), "on");
    lab.restart("server");
    assert.equal(await observe(), "on");
  });

  it("RFC 8613 §7.5: what storage cannot remember is not done", async () => {
    const lab = new Lab();
    lab.isFull = true;
    const failure = await lab.post().then(
      () => undefined,
      (error: unknown) => error,
    );
    assert.ok(failure instanceof ServerErrorResponse && failure.code === SERVICE_UNAVAILABLE);
    assert.equal(lab.acted, 0);
    lab.isFull = false;
    assert.equal(await lab.post(), CHANGED);
  });
});
