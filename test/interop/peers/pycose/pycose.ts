/** pycose's library, as `make interop` installs it, behind a program of ours. */

import assert from "node:assert/strict";
import { fromHex, toHex } from "../../../../src/bytes/hex.js";
import { CborWriter } from "../../../../src/cbor/writer.js";
import { writeKey, type CoseKey } from "../../../../src/cose/key.js";
import { runPeer } from "../peer-process.js";

const PYTHON = "build/peers/pycose/venv/bin/python";
const PROGRAM = "test/interop/peers/pycose/peer.py";

/** The types of messages, as pycose names their classes. */
export type MessageType = "Sign1" | "Sign" | "Mac0" | "Mac" | "Encrypt0" | "Encrypt";

/** A message that pycose is to make, with the key identifier "kid". */
export interface MakeRequest {
  readonly type: MessageType;
  readonly alg: number;
  readonly key: CoseKey;
  readonly content: Uint8Array;
  readonly externalAad: Uint8Array;
  readonly iv?: Uint8Array;
}

/** A message that pycose is to verify or decrypt. */
export interface CheckRequest {
  readonly message: Uint8Array;
  readonly key: CoseKey;
  readonly externalAad: Uint8Array;
}

/** Messages, in the order of the requests. */
export async function makeByPycose(requests: readonly MakeRequest[]): Promise<readonly Uint8Array[]> {
  const answers = await ask(
    requests.map(({ type, alg, key, content, externalAad, iv }) => ({
      type,
      alg,
      key: encodedKey(key),
      content: toHex(content),
      external: toHex(externalAad),
      ...(iv === undefined ? {} : { iv: toHex(iv) }),
    })),
  );
  return answers.map((answer) => fromHex(answer!));
}

/** Contents in the order of the requests; undefined where pycose does not take the message for authentic. */
export async function checkByPycose(
  requests: readonly CheckRequest[],
): Promise<readonly (Uint8Array | undefined)[]> {
  const answers = await ask(
    requests.map(({ message, key, externalAad }) => ({
      message: toHex(message),
      signer: 0,
      key: encodedKey(key),
      external: toHex(externalAad),
    })),
  );
  return answers.map((answer) => (answer === null ? undefined : fromHex(answer)));
}

function encodedKey(key: CoseKey): string {
  const writer = new CborWriter();
  writeKey(writer, key);
  return toHex(writer.bytes);
}

async function ask(requests: readonly object[]): Promise<readonly (string | null)[]> {
  const { exitCode, stdout, stderr } = await runPeer(PYTHON, [PROGRAM], JSON.stringify(requests));
  assert.equal(exitCode, 0, stderr);
  return JSON.parse(stdout.toString()) as (string | null)[];
}
