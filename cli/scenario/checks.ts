/** What a device is asked, to see that it works. */

import { FileContexts } from "../../hosts/node/keys/file-contexts.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { CborReader } from "../../src/cbor/reader.js";
import type { Client } from "../../src/coap/client/client.js";
import { UNAUTHORIZED, formatCode } from "../../src/coap/codec/code.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { ClientErrorResponse, CoapError } from "../../src/coap/errors.js";
import { DIAGNOSTICS_PATH } from "../../src/diagnostics/feature.js";
import { oscore } from "../../src/oscore/layer/oscore.js";
import { FailureError } from "../exit-code.js";
import { pause } from "../pause.js";

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
  const facts = await countFacts(target, contextFile);
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

/** How many entries the protected map has. */
async function countFacts(target: string, contextFile: string): Promise<number> {
  const files = new FileContexts([contextFile]);
  const endpoint = new Endpoint(nodePlatform(), { oscore: oscore(files) });
  try {
    const options = { timeoutMs: ANSWER_LIMIT_MS, securityContext: contextFile };
    return new CborReader((await endpoint.client.get(target, options)).payload).readMap();
  } finally {
    endpoint.close();
    files.close();
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
