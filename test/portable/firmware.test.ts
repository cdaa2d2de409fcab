import { CborReader } from "../../src/cbor/reader.js";
import { readLabelledMap, type Label } from "../../src/cbor/label.js";
import { CBOR, TEXT_PLAIN } from "../../src/coap/codec/content-format.js";
import {
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  SERVICE_UNAVAILABLE,
  UNAUTHORIZED,
} from "../../src/coap/codec/code.js";
import type { ClientResponse } from "../../src/coap/client/response.js";
import { Counters } from "../../src/coap/counters.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { ResponseError } from "../../src/coap/errors.js";
import type { Device } from "../../src/device.js";
import { startFirmware } from "../../src/main.js";
import { SecurityContexts } from "../../src/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/oscore/layer/oscore.js";
import type { CryptoPlatform } from "../../src/platform.js";
import { encodeContext } from "../../src/provisioning/context-record.js";
import { KEYS_DOMAIN, contextTable } from "../../src/provisioning/stored-contexts.js";
import { World, assert, describe, hostCrypto, it, type VirtualHost } from "../portable.js";
import { CLIENT_PARAMETERS, mirrored } from "./oscore/layer/protected-lab.js";

const OPERATOR = "fd00::1";
const DEVICE = "fd00::2";
const TARGET = `coap://[${DEVICE}]/diagnostics`;
const PROTECTED = { securityContext: "device" } as const;

/** A device and its operator, who have a security context together. */
class Fixture {
  readonly world = new World({ seed: 1 });
  readonly device = this.world.host(DEVICE);
  readonly #contexts = new SecurityContexts(hostCrypto());
  readonly operator = new Endpoint(this.world.host(OPERATOR), {
    oscore: oscore({ contexts: this.#contexts }),
  });

  constructor() {
    this.#contexts.add("device", CLIENT_PARAMETERS);
  }

  giveKey(): void {
    contextTable(this.device.keyValue.open({ path: KEYS_DOMAIN })).add(
      encodeContext(mirrored(CLIENT_PARAMETERS)),
    );
  }

  start(): Promise<Device> {
    return this.world.time.until(startFirmware(withCrypto(this.device)));
  }

  async refusal(request: Promise<ClientResponse>): Promise<number> {
    const refused = assert.rejects(request, ResponseError);
    return (await this.world.time.until(refused)).response.code;
  }
}

function withCrypto({ udp, timers, clock, random, keyValue, console }: VirtualHost): CryptoPlatform {
  return { udp, timers, clock, random, keyValue, console, crypto: hostCrypto() };
}

function readFacts(payload: Uint8Array): ReadonlyMap<Label, number> {
  const reader = new CborReader(payload);
  const facts = new Map<Label, number>();
  readLabelledMap(reader, (name) => facts.set(name, reader.readUnsigned()));
  reader.finish();
  return facts;
}

describe("the firmware", () => {
  it("tells its diagnostics whoever has a security context with it: its uptime, and what it has counted", async () => {
    const fixture = new Fixture();
    fixture.giveKey();
    const device = await fixture.start();
    await fixture.world.time.advance(90_500);
    const { client } = fixture.operator;
    const { payload, contentFormat, maxAge } = await fixture.world.time.until(client.get(TARGET, PROTECTED));
    assert.equal(contentFormat, CBOR);
    assert.equal(maxAge, 0);
    const facts = readFacts(payload);
    assert.deepEqual([...facts.keys()], ["uptime-s", ...Object.keys(new Counters())]);
    assert.equal(facts.get("uptime-s"), 90);
    assert.equal(facts.get("received"), 1);
    await device.stop();
  });

  it("RFC 8613 §9: refuses them without one, with or without a key of its own, and lists them with osc", async () => {
    for (const hasKey of [false, true]) {
      const fixture = new Fixture();
      if (hasKey) fixture.giveKey();
      const device = await fixture.start();
      const { client } = fixture.operator;
      assert.equal(await fixture.refusal(client.get(TARGET)), UNAUTHORIZED);
      const links = await fixture.world.time.until(client.get(`coap://[${DEVICE}]/.well-known/core`));
      assert.ok(links.text().includes('</diagnostics>;title="Diagnostics";ct=60;osc'), links.text());
      // What is open stays so.
      assert.equal(await fixture.refusal(client.get(`coap://[${DEVICE}]/time`)), SERVICE_UNAVAILABLE);
      await device.stop();
    }
  });

  it("gives them as CBOR only, and lets nobody change them", async () => {
    const fixture = new Fixture();
    fixture.giveKey();
    const device = await fixture.start();
    const { client } = fixture.operator;
    const asText = client.get(TARGET, { ...PROTECTED, accept: TEXT_PLAIN });
    assert.equal(await fixture.refusal(asText), NOT_ACCEPTABLE);
    assert.equal(await fixture.refusal(client.put(TARGET, PROTECTED)), METHOD_NOT_ALLOWED);
    await device.stop();
  });

  it("RFC 8613 §B.1.2: goes on with its key after a restart, when the operator has returned an Echo value", async () => {
    const fixture = new Fixture();
    fixture.giveKey();
    const { client } = fixture.operator;
    for (const round of [1, 2, 3]) {
      const device = await fixture.start();
      const { payload } = await fixture.world.time.until(client.get(TARGET, PROTECTED));
      // The first time there is nothing that could be repeated.
      assert.equal(readFacts(payload).get("received"), round === 1 ? 1 : 2);
      await device.stop();
    }
  });
});
