/**
 * The input parameters of an OSCORE security context (RFC 8613 §3.2) in a file, by the names that the RFC has for them;
 * bytes are in hexadecimal. What may be left out has the RFC's default:
 *
 *   { "masterSecret": "0102…", "senderId": "a1b2", "recipientId": "a1b3",
 *     "masterSalt": "9e7c…", "idContext": "37cb…", "algorithm": "AES-CCM-16-64-128", "hash": "SHA-256", "replayWindow": 32 }
 */

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { toHex } from "../../src/bytes/hex.js";
import { UnsupportedAlgorithmError } from "../../src/crypto/errors.js";
import {
  completeParameters,
  maxIdBytes,
  type CompleteParameters,
  type ContextParameters,
} from "../../src/security/oscore/context/parameters.js";
import { establish } from "../../src/security/oscore/context/security-context.js";
import { SecurityContextError } from "../../src/security/oscore/errors.js";
import { nodeCrypto } from "../../hosts/node/crypto/node-crypto.js";
import { SecretFileError } from "../../hosts/node/files/rights.js";
import { readHex, readSecretFile, requireFields, writeSecretFile } from "./secret-file.js";

/** What the AEADs are worth (RFC 8613 §12.3). */
const MASTER_SECRET_BYTES = 16;
const MASTER_SALT_BYTES = 8;
/** Few are the same among the contexts of an endpoint; those that are cost a decryption. */
const ID_BYTES = 2;

/** Each with what its value has to be. */
const FIELDS: Readonly<Record<keyof ContextParameters, "bytes" | "name" | "count">> = {
  masterSecret: "bytes",
  masterSalt: "bytes",
  senderId: "bytes",
  recipientId: "bytes",
  idContext: "bytes",
  algorithm: "name",
  hash: "name",
  replayWindow: "count",
};

const REQUIRED = ["masterSecret", "senderId", "recipientId"] as const;

/** What a new context is to be like; the rest is random. */
export type ContextChoice = Partial<Omit<ContextParameters, "masterSecret" | "masterSalt" | "replayWindow">>;

/**
 * The parameters in a file.
 * @throws {SecretFileError} where others may read it, or no context can be made of it
 * @throws {Error} with the system's code when it cannot be read
 */
export function readContextFile(path: string): CompleteParameters {
  const record = readSecretFile(path);
  requireFields(record, path, Object.keys(FIELDS));
  for (const name of REQUIRED)
    if (record[name] === undefined) throw new SecretFileError(`${path}: expected "${name}", got none`);
  const fields = Object.entries(record).map(([name, value]) => [
    name,
    readField(path, name as keyof ContextParameters, value),
  ]);
  return complete(path, Object.fromEntries(fields) as ContextParameters);
}

/** What a context is made of; `idContext` is there where it has a value. */
export function contextParameters({ idContext, ...others }: CompleteParameters): ContextParameters {
  return { ...others, ...(idContext && { idContext }) };
}

/**
 * Makes a context: a file for this side, and one for the peer, whose IDs are the other way round.
 * @throws {SecretFileError} where there is such a file, or `choice` makes no context
 */
export function createContextFiles(
  path: string,
  peerPath: string,
  choice: ContextChoice,
): CompleteParameters {
  const idBytes = Math.min(ID_BYTES, choice.algorithm ? maxIdBytes(choice.algorithm) : ID_BYTES);
  const senderId = choice.senderId ?? anotherId(choice.recipientId, idBytes);
  const recipientId = choice.recipientId ?? anotherId(senderId, idBytes);
  const parameters = complete(path, {
    ...choice,
    masterSecret: Uint8Array.from(randomBytes(MASTER_SECRET_BYTES)),
    masterSalt: Uint8Array.from(randomBytes(MASTER_SALT_BYTES)),
    senderId,
    recipientId,
  });
  writeSecretFile(path, recordOf(parameters));
  try {
    writeSecretFile(peerPath, recordOf({ ...parameters, senderId: recipientId, recipientId: senderId }));
  } catch (error) {
    rmSync(path);
    throw error;
  }
  return parameters;
}

/** A random ID that differs from `id`. */
function anotherId(id: Uint8Array | undefined, bytes: number): Uint8Array {
  const another = Uint8Array.from(randomBytes(bytes));
  if (id) another[bytes - 1] = (id.at(-1) ?? 0) ^ 1;
  return another;
}

function readField(path: string, name: keyof ContextParameters, value: unknown): unknown {
  const kind = FIELDS[name];
  if (kind === "bytes") return readHex(value, path, name);
  if (kind === "count" && typeof value === "number") return value;
  if (kind === "name" && typeof value === "string") return value;
  const expected = { name: "a name", count: "a number" }[kind];
  throw new SecretFileError(`${path}: expected ${expected} as "${name}", got something else`);
}

/** @throws {SecretFileError} for what would not be safe, or has no meaning */
function complete(path: string, parameters: ContextParameters): CompleteParameters {
  try {
    establish(nodeCrypto, parameters);
    return completeParameters(parameters);
  } catch (error) {
    const isAboutParameters =
      error instanceof SecurityContextError ||
      error instanceof UnsupportedAlgorithmError ||
      error instanceof RangeError;
    if (!isAboutParameters) throw error;
    throw new SecretFileError(`${path}: ${error.message}`, { cause: error });
  }
}

function recordOf(parameters: CompleteParameters): Record<string, unknown> {
  const { masterSecret, masterSalt } = parameters;
  return {
    masterSecret: toHex(masterSecret),
    masterSalt: toHex(masterSalt),
    ...publicRecordOf(parameters),
  };
}

/** What of a security context is public, by the names of its file. */
export function publicRecordOf(parameters: CompleteParameters): Record<string, unknown> {
  const { senderId, recipientId, idContext, algorithm, hash, replayWindow } = parameters;
  return {
    senderId: toHex(senderId),
    recipientId: toHex(recipientId),
    ...(idContext && { idContext: toHex(idContext) }),
    algorithm,
    hash,
    replayWindow,
  };
}
