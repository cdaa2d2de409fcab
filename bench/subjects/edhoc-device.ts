/**
 * A device on XS with the time, OSCORE and EDHOC: `edhoc-device.js PORT Responder|Initiator TIME_SERVER|count`. As the
 * Initiator it begins a session with the resource whose URI is posted to /initiate. With `count` it leaves the time
 * alone, and GET /curves is the milliseconds of its clock that operations on curves took so far. Says "ready". Portable
 * but for its platform.
 */

import { crypto } from "../../hosts/xs/crypto.js";
import type { Main } from "../../hosts/xs/platform.js";
import { decodeUtf8 } from "../../src/bytes/utf8.js";
import { changed, text } from "../../src/coap/server/response.js";
import { Site } from "../../src/coap/server/site.js";
import { Device } from "../../src/device.js";
import { establishEdhoc } from "../../src/security/edhoc/coap/establish.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../src/security/edhoc/coap/server.js";
import { KnownCredentials } from "../../src/security/edhoc/credential.js";
import type { EdhocSession } from "../../src/security/edhoc/session.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import type { Clock } from "../../src/ports/clock.js";
import type { Crypto } from "../../src/ports/crypto.js";
import { MemoryKeyValue } from "../../src/storage/memory.js";
import { time } from "../../src/applications/time/feature.js";
import { METHOD } from "../workload.js";
import { deviceIdentity, peerIdentity } from "./edhoc-identity.js";

/** The name of the peer's security context. */
const PEER = "peer";

/** The crypto port, which notes how long curves take. */
class TimedCrypto implements Crypto {
  readonly #clock: Clock;
  curvesMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  supports: Crypto["supports"] = (algorithm) => crypto.supports(algorithm);
  aead: Crypto["aead"] = (algorithm, key) => crypto.aead(algorithm, key);
  encryptBlock: Crypto["encryptBlock"] = (key, block) => crypto.encryptBlock(key, block);
  hash: Crypto["hash"] = (algorithm, data) => crypto.hash(algorithm, data);
  hmac: Crypto["hmac"] = (algorithm, key, data) => crypto.hmac(algorithm, key, data);
  publicKey: Crypto["publicKey"] = (curve, key) => this.#timed(() => crypto.publicKey(curve, key));
  agree: Crypto["agree"] = (curve, own, peers) => this.#timed(() => crypto.agree(curve, own, peers));
  sign: Crypto["sign"] = (algorithm, key, message) => crypto.sign(algorithm, key, message);
  verify: Crypto["verify"] = (algorithm, key, message, signature) =>
    crypto.verify(algorithm, key, message, signature);
  equal: Crypto["equal"] = (a, b) => crypto.equal(a, b);

  #timed<T>(operation: () => T): T {
    const beginMs = this.#clock.monotonicMs();
    const result = operation();
    this.curvesMs += this.#clock.monotonicMs() - beginMs;
    return result;
  }
}

const main: Main = async (host, [port, role, purpose]) => {
  const timed = purpose === "count" ? new TimedCrypto(host.clock) : undefined;
  const server = timed ? undefined : purpose;
  const used = timed ?? crypto;
  const platform = { ...host, keyValue: new MemoryKeyValue(), crypto: used };
  const contexts = new SecurityContexts(used);
  const identities = {
    credentials: [deviceIdentity(used)],
    peers: new KnownCredentials(used, [peerIdentity(used)]),
    isTaken: (id: Uint8Array) => contexts.find(id, undefined).length > 0,
  };
  function keep(session: EdhocSession): void {
    contexts.remove(PEER);
    contexts.add(PEER, session.oscore());
    session.close();
  }
  const site = new Site();
  const device = new Device(platform, [time({ server })], {
    port: Number(port),
    site,
    oscore: oscore({ contexts }),
  });
  if (role === "Responder") {
    const edhoc = new EdhocServer({ ...identities, platform, onSession: keep });
    site.add(WELL_KNOWN_EDHOC, edhoc.resource);
  } else
    site.add("initiate", {
      post: ({ payload }) => {
        const options = { ...identities, crypto: used, random: host.random, method: METHOD };
        establishEdhoc(device.endpoint!.client, decodeUtf8(payload), options).then(keep, (error: unknown) =>
          host.console.log(String(error)),
        );
        return changed();
      },
    });
  if (timed !== undefined) site.add("curves", { get: () => text(String(timed.curvesMs)) });
  await device.start();
  host.console.log("ready");
};

export default main;
