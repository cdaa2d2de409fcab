/**
 * Cryptography on a board that counts instructions: prints, as JSON, the milliseconds of its clock that one operation
 * of each kind takes.
 */

import { crypto } from "../../hosts/xs/crypto.js";
import type { Main } from "../../hosts/xs/platform.js";

const REPETITIONS = 100;
const VERIFICATIONS = 3;
/** The payload of a small protected message. */
const SEALED_BYTES = 64;
const KIBIBYTE = 1024;

const main: Main = ({ clock, console }) => {
  function measure(repetitions: number, operation: () => void): number {
    const beginMs = clock.monotonicMs();
    for (let count = 0; count < repetitions; count += 1) operation();
    return (clock.monotonicMs() - beginMs) / repetitions;
  }
  const key = new Uint8Array(16).fill(1);
  const aead = crypto.aead("AES-CCM-16-64-128", key);
  const nonce = new Uint8Array(13);
  const aad = new Uint8Array(16);
  const plaintext = new Uint8Array(SEALED_BYTES);
  const data = new Uint8Array(KIBIBYTE);
  const privateKey = new Uint8Array(32).fill(1);
  const publicKey = crypto.publicKey("P-256", privateKey);
  const signature = crypto.sign("ES256", privateKey, plaintext);
  const seal = measure(REPETITIONS, () => aead.seal(nonce, aad, plaintext));
  const hash = measure(REPETITIONS, () => crypto.hash("SHA-256", data));
  const verify = measure(VERIFICATIONS, () => {
    if (!crypto.verify("ES256", publicKey, plaintext, signature))
      throw new Error("expected a good signature");
  });
  console.log(JSON.stringify({ seal, hash, verify }));
};

export default main;
