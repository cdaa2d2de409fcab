/**
 * Protects or verifies messages with one prepared security context, `args[1]` times. What its memory grows by in between
 * is garbage, but for the results.
 */

import { crypto } from "../../../hosts/xs/crypto.js";
import type { Main } from "../../../hosts/xs/platform.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { establish, type SecurityContext } from "../../../src/security/oscore/context/security-context.js";

/** Bytes of a plaintext. */
const PLAINTEXT_BYTES = 40;
/** A Partial IV that is no integer of 32 bits, which a float has to hold. */
const LARGE_IV = 0x12_3456_7890;

function contextOf(senderId: string, recipientId: string): SecurityContext {
  return establish(crypto, {
    masterSecret: fromHex("0102030405060708090a0b0c0d0e0f10"),
    masterSalt: fromHex("9e7ca92223786340"),
    senderId: fromHex(senderId),
    recipientId: fromHex(recipientId),
  });
}

/** What is counted; a ciphertext or a plaintext alone is what to compare with. */
export type Operation =
  | "ciphertext"
  | "plaintext"
  | "sealRequest"
  | "sealResponse"
  | "sealResponse with a Partial IV"
  | "openRequest"
  | "openResponse"
  | "openResponse with a Partial IV";

const main: Main = (_, [name = "", count = "0"]) => {
  const client = contextOf("", "01");
  const server = contextOf("01", "");
  const plaintext = new Uint8Array(PLAINTEXT_BYTES);
  const request = client.sealRequest(LARGE_IV, plaintext);
  const response = server.sealResponse(LARGE_IV, undefined, plaintext);
  const own = server.sealResponse(LARGE_IV, LARGE_IV, plaintext);
  const operations: Record<Operation, () => Uint8Array | undefined> = {
    ciphertext: () => new Uint8Array(PLAINTEXT_BYTES + client.tagBytes),
    plaintext: () => new Uint8Array(PLAINTEXT_BYTES),
    sealRequest: () => client.sealRequest(LARGE_IV, plaintext),
    sealResponse: () => server.sealResponse(LARGE_IV, undefined, plaintext),
    "sealResponse with a Partial IV": () => server.sealResponse(LARGE_IV, LARGE_IV, plaintext),
    openRequest: () => server.openRequest(LARGE_IV, request),
    openResponse: () => client.openResponse(LARGE_IV, undefined, response),
    "openResponse with a Partial IV": () => client.openResponse(LARGE_IV, LARGE_IV, own),
  };
  const operation = operations[name as Operation];
  for (let left = Number(count); left > 0; left -= 1)
    if (operation() === undefined) throw new Error("expected a message that verifies");
};

export default main;
