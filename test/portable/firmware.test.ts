import { CborReader } from "../../src/cbor/reader.js";
import { readLabelledMap, type Label } from "../../src/cbor/label.js";
import { CBOR, TEXT_PLAIN } from "../../src/coap/codec/content-format.js";
import {
  METHOD_NOT_ALLOWED,
  NOT_ACCEPTABLE,
  SERVICE_UNAVAILABLE,
  UNAUTHORIZED,
} from "../../src/coap/codec/code.js";
import type { ClientResponse } from "../../src/coap/client-response.js";
import { Counters } from "../../src/coap/counters.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { ResponseError } from "../../src/coap/errors.js";
import type { Device } from "../../src/device.js";
import { CombinedRequests } from "../../src/security/edhoc/combined/combined-requests.js";
import { establishEdhoc } from "../../src/security/edhoc/coap/establish.js";
import { WELL_KNOWN_EDHOC } from "../../src/security/edhoc/coap/server.js";
import { KnownCredentials, type OwnCredential } from "../../src/security/edhoc/credential.js";
import { EdhocPeerError } from "../../src/security/edhoc/errors.js";
import type { EdhocSession } from "../../src/security/edhoc/session.js";
import standard from "../../firmware/standard.js";
import { defaultConfiguration } from "../../src/configuration.js";
import { startImage } from "../../src/image.js";
import type { CryptoPlatform } from "../../src/ports/platform.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { encodeContext } from "../../src/applications/provisioning/context-record.js";
import { encodeOwnCredential } from "../../src/applications/provisioning/own-credential-record.js";
import { KEYS_DOMAIN, contextTable } from "../../src/applications/provisioning/stored-contexts.js";
import { CREDENTIAL_KEY, peerTable } from "../../src/applications/provisioning/stored-credentials.js";
import { SeededRandom, World, assert, describe, hostCrypto, it } from "../portable.js";
import { withCrypto } from "./security/edhoc/coap/lab.js";
import { makeCredential } from "./security/edhoc/suites/parties.js";
import { CLIENT_PARAMETERS, mirrored } from "./security/oscore/layer/protected-lab.js";

const OPERATOR = "fd00::1";
const DEVICE = "fd00::2";
const TARGET = `coap://[${DEVICE}]/diagnostics`;
const PROTECTED = { securityContext: "device" } as const;

function startStandard(platform: CryptoPlatform): Promise<Device> {
  return startImage(standard, platform, defaultConfiguration(standard.configuration));
}

/** A device and its operator, who have a security context together. */
class Fixture {
  readonly world = new World({ seed: 1 });
  readonly device = this.world.host(DEVICE);
  readonly contexts = new SecurityContexts(hostCrypto());
  readonly combined = new CombinedRequests();
  readonly operator = new Endpoint(this.world.host(OPERATOR), {
    oscore: this.combined.around(oscore({ contexts: this.contexts })),
  });

  /** A security context for both. */
  giveKey(): void {
    this.contexts.add("device", CLIENT_PARAMETERS);
    contextTable(this.device.keyValue.open({ path: KEYS_DOMAIN })).add(
      encodeContext(mirrored(CLIENT_PARAMETERS)),
    );
  }

  start(): Promise<Device> {
    return this.world.time.until(startStandard(withCrypto(this.device)));
  }

  async refusal(request: Promise<ClientResponse>): Promise<number> {
    const refused = assert.rejects(request, ResponseError);
    return (await this.world.time.until(refused)).response.code;
  }
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

  it("tells what was left of its memory, where the host knows", async () => {
    const fixture = new Fixture();
    fixture.giveKey();
    const memory = { leastFreeBytes: (): number => 1234 };
    const device = await fixture.world.time.until(startStandard({ ...withCrypto(fixture.device), memory }));
    const { client } = fixture.operator;
    const { payload } = await fixture.world.time.until(client.get(TARGET, PROTECTED));
    assert.equal(readFacts(payload).get("least-free-bytes"), 1234);
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

  it("RFC 9528, RFC 9668: tells them whom it trusts after EDHOC, too, and nobody else", async () => {
    const fixture = new Fixture();
    const random = new SeededRandom(1);
    const [own, peer, stranger] = [1, 2, 3].map((kid) =>
      makeCredential(hostCrypto(), random, "P-256", "static-dh", kid),
    ) as [OwnCredential, OwnCredential, OwnCredential];
    const keys = fixture.device.keyValue.open({ path: KEYS_DOMAIN });
    keys.write(CREDENTIAL_KEY, encodeOwnCredential(own));
    peerTable(keys).add(peer.bytes);
    const device = await fixture.start();
    const { client } = fixture.operator;
    const establish = (credential: OwnCredential, combined?: CombinedRequests): Promise<EdhocSession> =>
      establishEdhoc(client, `coap://[${DEVICE}]/${WELL_KNOWN_EDHOC}`, {
        crypto: hostCrypto(),
        random,
        method: 3,
        credentials: [credential],
        peers: new KnownCredentials(hostCrypto(), [own]),
        ...(combined && { combined }),
      });
    await fixture.world.time.until(assert.rejects(establish(stranger), EdhocPeerError));
    const session = await fixture.world.time.until(establish(peer, fixture.combined));
    fixture.contexts.add("device", session.oscore());
    const { payload } = await fixture.world.time.until(client.get(TARGET, PROTECTED));
    assert.ok(readFacts(payload).has("uptime-s"));
    assert.deepEqual(fixture.device.lines, ["device: serving coap on port 5683"]);
    await device.stop();
  });
});
