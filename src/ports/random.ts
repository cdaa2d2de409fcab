/** Unpredictable bytes. */

export interface Random {
  /** Fills `bytes` with unpredictable bytes (in a simulation: from its seed). */
  fill(bytes: Uint8Array): void;
}
