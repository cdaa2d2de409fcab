/** What a device is asked, to see that it works. */

import { readOwnCredential, readPeerCredential } from "../../hosts/node/keys/credential-file.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { CborReader } from "../../src/cbor/reader.js";
import type { Client } from "../../src/coap/client/client.js";
import { UNAUTHORIZED, formatCode } from "../../src/coap/codec/code.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { ClientErrorResponse, CoapError } from "../../src/coap/errors.js";
import { DIAGNOSTICS_PATH } from "../../src/diagnostics/feature.js";
import { CombinedRequests } from "../../src/edhoc/combined/combined-requests.js";
import { establishEdhoc } from "../../src/edhoc/coap/establish.js";
import { WELL_KNOWN_EDHOC } from "../../src/edhoc/coap/server.js";
import { KnownCredentials } from "../../src/edhoc/credential.js";
import { SecurityContexts } from "../../src/oscore/contexts/security-contexts.js";
import { oscore } from "../../src/oscore/layer/oscore.js";
import { FailureError } from "../exit-code.js";
import { withSecurityContexts } from "../keys/security-contexts.js";
import { pause } from "../pause.js";

/** Files of who asks the device. */
export interface UserFiles {
  /** The security context with it. */
  readonly context: string;
  /** The user's own credential, and that of the device. */
  readonly credential: string;
  readonly peer: string;
}

/** EDHOC's method 3: both sides have static Diffie-Hellman keys (RFC 9528 §3.2). */
const STATIC_STATIC = 3;
/** What the security context of the session is called here. */
const SESSION = "session";
/** How long the device may take to get the time. */
const TIME_LIMIT_MS = 30_000;
/** How often it is asked whether it has it, and how long each answer may take. */
const CHECK_INTERVAL_MS = 200;
const ANSWER_LIMIT_MS = 1000;
/** How far the device's whole seconds may be from this machine's clock. */
const TOLERANCE_S = 2;

/** Asks the device, as anybody may, until it says that it has the time. */
export async function waitForTime(client: Client, uri: string, signal: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  let last = "it did not answer";
  while (!signal.aborted) {
    try {
      const response = await client.get(`${uri}/time/status`, { timeoutMs: ANSWER_LIMIT_MS, signal });
      last = response.text();
      if (/^synchronized true$/mu.test(last)) return;
    } catch (error) {
      if (!(error instanceof CoapError)) throw error;
      last = error.message;
    }
    if (performance.now() - startedMs > TIME_LIMIT_MS)
      throw new FailureError(`the device has no time after ${TIME_LIMIT_MS / 1000} s: ${last}`);
    await pause(CHECK_INTERVAL_MS, signal);
  }
}

/** Gets the time from the device. @throws {FailureError} when it is wrong */
export async function checkTime(client: Client, uri: string): Promise<string> {
  const response = await client.get(`${uri}/time`, { timeoutMs: ANSWER_LIMIT_MS });
  const text = response.text();
  const offS = Number(text) - Date.now() / 1000;
  if (!/^\d+$/u.test(text) || !(Math.abs(offS) <= TOLERANCE_S))
    throw new FailureError(
      `the device answered GET ${uri}/time with ${text}, expected the time of this machine`,
    );
  return `answered GET ${uri}/time with ${text}, which is right`;
}

/**
 * Gets the diagnostics through the security context in a file, and sees that they are refused without.
 * @throws {FailureError} when they are not
 */
export async function checkDiagnostics(client: Client, uri: string, contextFile: string): Promise<string[]> {
  const target = `${uri}/${DIAGNOSTICS_PATH}`;
  const facts = await withSecurityContexts([contextFile], async (protection) => {
    const endpoint = new Endpoint(nodePlatform(), { ...(protection && { oscore: protection }) });
    try {
      const options = { timeoutMs: ANSWER_LIMIT_MS, securityContext: contextFile };
      return new CborReader((await endpoint.client.get(target, options)).payload).readMap();
    } finally {
      endpoint.close();
    }
  });
  const code = await refusal(client, target);
  if (code !== UNAUTHORIZED)
    throw new FailureError(
      `the device answered GET ${target} without a key with ${code === undefined ? "what it has" : formatCode(code)}, ` +
        `expected ${formatCode(UNAUTHORIZED)}`,
    );
  return [
    `answered GET ${target}, protected, with ${facts} facts`,
    `refused GET ${target} without a key: ${formatCode(code)}`,
  ];
}

/**
 * Runs EDHOC with the device, and gets the diagnostics with the keys of that, in one request with its last message
 * (RFC 9668).
 */
export async function checkSession(
  uri: string,
  user: Pick<UserFiles, "credential" | "peer">,
): Promise<string> {
  const platform = nodePlatform();
  const { crypto, random } = platform;
  const contexts = new SecurityContexts(crypto);
  const combined = new CombinedRequests();
  const endpoint = new Endpoint(platform, { oscore: combined.around(oscore({ contexts })) });
  try {
    const session = await establishEdhoc(endpoint.client, `${uri}/${WELL_KNOWN_EDHOC}`, {
      crypto,
      random,
      method: STATIC_STATIC,
      credentials: [readOwnCredential(user.credential)],
      peers: new KnownCredentials(crypto, [readPeerCredential(user.peer)]),
      combined,
      request: { timeoutMs: ANSWER_LIMIT_MS },
    });
    contexts.add(SESSION, session.oscore());
    const options = { timeoutMs: ANSWER_LIMIT_MS, securityContext: SESSION };
    await endpoint.client.get(`${uri}/${DIAGNOSTICS_PATH}`, options);
    return `answered GET ${uri}/${DIAGNOSTICS_PATH} after EDHOC, with cipher suite ${session.suite.number}`;
  } finally {
    endpoint.close();
  }
}

/** The code with which a request is refused; undefined where it is not. */
async function refusal(client: Client, target: string): Promise<number | undefined> {
  try {
    await client.get(target, { timeoutMs: ANSWER_LIMIT_MS });
    return undefined;
  } catch (error) {
    if (error instanceof ClientErrorResponse) return error.code;
    throw error;
  }
}
