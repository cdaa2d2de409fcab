/** Reading of RFC 9529's traces. */

import { fromHex } from "../../../../../src/bytes/hex.js";
import {
  ccsCredential,
  certificateCredential,
  type Credential,
} from "../../../../../src/security/edhoc/credential.js";
import type { Random } from "../../../../../src/ports/random.js";
import { vectors } from "../../../vectors/edhoc-rfc9529.js";

/** One trace: its values by step and name. */
export class Trace {
  readonly #entries: readonly {
    readonly step: string;
    readonly name: string;
    readonly form: string;
    readonly hex: string;
  }[];

  constructor(name: "trace_1" | "trace_2") {
    this.#entries = vectors[name];
  }

  /** A value, raw or as a CBOR item. */
  get(step: string, name: string, form?: "Raw Value" | "CBOR Data Item"): Uint8Array {
    const found = this.#entries.find(
      (entry) => entry.step === step && entry.name === name && (form === undefined || entry.form === form),
    );
    if (found === undefined) throw new Error(`expected ${name} in ${step} of the trace`);
    return fromHex(found.hex);
  }
}

/** Randomness that is known: the ephemeral keys of the traces, one after the other. */
export class KnownRandom implements Random {
  readonly #values: Uint8Array[];

  constructor(...values: Uint8Array[]) {
    this.#values = values;
  }

  fill(bytes: Uint8Array): void {
    const value = this.#values.shift();
    if (value?.length !== bytes.length) throw new Error(`expected ${bytes.length} known bytes`);
    bytes.set(value);
  }
}

/** The credential in a trace. @param publicKey of a certificate, which is not parsed here */
export function traceCredential(bytes: Uint8Array, publicKey?: Uint8Array): Credential {
  return publicKey === undefined ? ccsCredential(bytes) : certificateCredential(bytes, "Ed25519", publicKey);
}
