/** The functions that the host has in C (natives/*.c). They exist as a global while modules load, and only then. */

import type { Crc32 } from "../../src/bytes/crc32.js";
import type { Ed25519Primitives, Primitives } from "../../src/crypto/primitives.js";

/** A timer or socket of the host. */
export type Handle = object;

/** Those of Ed25519 are only in images that link it (crypto/crypto.mk). */
export interface Natives extends Primitives, Partial<Ed25519Primitives> {
  readonly monotonicMs: () => number;
  readonly wallClockMs: () => number;
  readonly fillRandom: (bytes: Uint8Array) => void;
  /** One line without its end. */
  readonly log: (line: string) => void;
  readonly leastFreeBytes: () => number;
  /** Ends the process at once. @param code 0 to 255 */
  readonly exit: (code: number) => never;

  readonly setTimer: (callback: () => void, delayMs: number) => Handle;
  readonly clearTimer: (handle: Handle) => void;

  /** @param port 0 to 65535 @throws {Error} when it is in use, or no sockets are left */
  readonly openSocket: (
    port: number,
    address: string | undefined,
    onReadable: ((count: number) => void) | undefined,
    onError: ((error: Error, address: string, port: number) => void) | undefined,
  ) => Handle;
  readonly socketPort: (handle: Handle) => number;
  /** The next datagram with its source as properties, or undefined. */
  readonly readSocket: (handle: Handle) => ArrayBuffer | undefined;
  readonly writeSocket: (handle: Handle, bytes: Uint8Array, address: string, port: number) => void;
  readonly changeMembership: (handle: Handle, group: string, join: boolean) => void;
  /** A second call does nothing. */
  readonly closeSocket: (handle: Handle) => void;

  /** Fills in three words: blocks, bytes of a block, bytes of a write unit. @returns false where there is no flash */
  readonly flashStatus: (status: ArrayBuffer) => boolean;
  readonly flashErase: (block: number) => void;
  readonly flashRead: (buffer: Uint8Array, byteOffset: number) => void;
  /** @throws {Error} when the memory refuses, or would have to set a bit */
  readonly flashWrite: (buffer: Uint8Array, byteOffset: number) => void;
  /** As in src/bytes/crc32.ts. */
  readonly crc32: Crc32;
}

export const natives = (globalThis as unknown as { readonly coapsuleNatives: Natives }).coapsuleNatives;
