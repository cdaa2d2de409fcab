/** What a device runs EDHOC with, on Node: a time server and a peer in either role, which check what they agreed on. */

import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { TIME_PATH } from "../../services/time-server.js";
import { encodeUtf8 } from "../../src/bytes/utf8.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { ClientErrorResponse } from "../../src/coap/errors.js";
import { Site } from "../../src/coap/server/site.js";
import { establishEdhoc } from "../../src/security/edhoc/coap/establish.js";
import { EdhocServer, WELL_KNOWN_EDHOC } from "../../src/security/edhoc/coap/server.js";
import { KnownCredentials } from "../../src/security/edhoc/credential.js";
import type { EdhocSession } from "../../src/security/edhoc/session.js";
import { SecurityContexts } from "../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/security/oscore/layer/oscore.js";
import { mountTimeResource } from "../../src/applications/time/server.js";
import { WallClock } from "../../src/applications/time/source.js";
import { ADDRESS, METHOD } from "../workload.js";
import { deviceIdentity, peerIdentity } from "./edhoc-identity.js";

/** The name of the device's security context. */
const DEVICE = "device";
/** A board in QEMU takes some seconds for a session. */
const TIME_LIMIT_MS = 60_000;
const MAX_ATTEMPTS = 100;

export class EdhocPeer {
  readonly #endpoint: Endpoint;
  readonly #contexts: SecurityContexts;
  readonly #device: string;
  readonly #identities;
  #onSession: ((session: EdhocSession) => void) | undefined;
  /** Bytes of all datagrams so far, both ways. */
  datagramBytes = 0;

  /** @param devicePort where the device listens, or will */
  constructor(devicePort: number) {
    const platform = nodePlatform();
    const { crypto, random } = platform;
    const contexts = new SecurityContexts(crypto);
    this.#contexts = contexts;
    this.#device = `coap://${ADDRESS}:${devicePort}`;
    this.#identities = {
      crypto,
      random,
      credentials: [peerIdentity(crypto)],
      peers: new KnownCredentials(crypto, [deviceIdentity(crypto)]),
      isTaken: (id: Uint8Array) => contexts.find(id, undefined).length > 0,
    };
    const onSession = (session: EdhocSession): void => this.#onSession?.(session);
    const site = new Site();
    site.add(WELL_KNOWN_EDHOC, new EdhocServer({ ...this.#identities, platform, onSession }).resource);
    mountTimeResource(site, TIME_PATH, new WallClock(Date.now));
    this.#endpoint = new Endpoint(platform, {
      address: ADDRESS,
      site,
      limits: NODE_LIMITS,
      oscore: oscore({ contexts }),
      trace: ({ bytes }) => (this.datagramBytes += bytes.length),
    });
  }

  /** URI of the time. */
  get timeServer(): string {
    return `coap://${ADDRESS}:${this.#endpoint.port}/${TIME_PATH}`;
  }

  /** Asks the device. */
  async get(path: string, securityContext?: string): Promise<string> {
    const options = securityContext === undefined ? {} : { securityContext };
    return (await this.#endpoint.client.get(`${this.#device}/${path}`, options)).text();
  }

  /** Runs a session as the Initiator. */
  async initiate(): Promise<void> {
    const uri = `${this.#device}/${WELL_KNOWN_EDHOC}`;
    const options = { ...this.#identities, method: METHOD, request: { timeoutMs: TIME_LIMIT_MS } };
    this.#keep(await establishEdhoc(this.#endpoint.client, uri, options));
  }

  /** Has the device begin a session, and answers it as the Responder. */
  async respond(): Promise<void> {
    const payload = `coap://${ADDRESS}:${this.#endpoint.port}/${WELL_KNOWN_EDHOC}`;
    const session = new Promise<EdhocSession>((resolve) => (this.#onSession = resolve));
    await this.#endpoint.client.post(`${this.#device}/initiate`, { payload: encodeUtf8(payload) });
    this.#keep(await session);
  }

  /** Whether the device has the keys of the last session, or will: it takes the answer to message_3 first. */
  async check(): Promise<void> {
    for (let attempt = 1; ; attempt += 1)
      try {
        await this.get("time/status", DEVICE);
        return;
      } catch (error) {
        if (!(error instanceof ClientErrorResponse) || attempt === MAX_ATTEMPTS) throw error;
      }
  }

  close(): void {
    this.#endpoint.close();
  }

  #keep(session: EdhocSession): void {
    this.#contexts.remove(DEVICE);
    this.#contexts.add(DEVICE, session.oscore());
  }
}
