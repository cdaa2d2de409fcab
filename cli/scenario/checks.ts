/** What a device is asked, to see that it works. */

import { CborReader } from "../../src/cbor/reader.js";
import type { Client } from "../../src/coap/client/client.js";
import { UNAUTHORIZED, formatCode } from "../../src/coap/codec/code.js";
import { ClientErrorResponse, CoapError } from "../../src/coap/errors.js";
import { DIAGNOSTICS_PATH } from "../../src/applications/diagnostics/feature.js";
import { withClient } from "../client/connection.js";
import { findDestination } from "../client/destination.js";
import { protectionOptions, type ProtectionFlags } from "../client/protection-options.js";
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
 * Gets the diagnostics, protected, as the command line does.
 * @param flags say with which keys: those of a security context, or what EDHOC is run with
 */
export async function checkDiagnostics(
  uri: string,
  flags: ProtectionFlags,
  signal: AbortSignal,
): Promise<string> {
  const target = `${uri}/${DIAGNOSTICS_PATH}`;
  const ask = { ...flags, timeout: ANSWER_LIMIT_MS };
  const response = await withClient(ask, await findDestination(target), { signal }, (client) =>
    client.get(target, { timeoutMs: ANSWER_LIMIT_MS, signal, ...protectionOptions(flags) }),
  );
  const facts = new CborReader(response.payload).readMap();
  return `answered GET ${target} ${flags.edhoc === undefined ? "by OSCORE" : "after EDHOC"} with ${facts} facts`;
}

/** Sees that the diagnostics are refused without a key. @throws {FailureError} when they are not */
export async function checkRefusal(client: Client, uri: string): Promise<string> {
  const target = `${uri}/${DIAGNOSTICS_PATH}`;
  const refused = await client.get(target, { timeoutMs: ANSWER_LIMIT_MS }).catch((error: unknown) => error);
  if (!(refused instanceof ClientErrorResponse) || refused.code !== UNAUTHORIZED)
    throw new FailureError(
      `the device answered GET ${target} without a key, expected ${formatCode(UNAUTHORIZED)}`,
    );
  return `refused GET ${target} without a key: ${formatCode(refused.code)}`;
}
