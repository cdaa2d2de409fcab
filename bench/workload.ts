/** What every subject is asked for, so that all do the same. */

/** Where servers listen: one family of addresses for all, written without conversion. */
export const ADDRESS = "127.0.0.1";

/** Of EDHOC: both sides have static Diffie-Hellman keys. */
export const METHOD = 3;

/** Requests under way at a time, where it is not one. */
export const OUTSTANDING = 64;

/** Payload of /hello. */
export const HELLO = "hello, world";

/**
 * The server's end of a security context (RFC 8613 §3.2), in hexadecimal; at the client's the IDs change places. All
 * have the default algorithms.
 */
export const SECURITY_CONTEXT = {
  masterSecret: "0102030405060708090a0b0c0d0e0f10",
  masterSalt: "9e7ca92223786340",
  senderId: "01",
  recipientId: "02",
} as const;

/** Length of the body that is transferred block by block. */
export const BODY_BYTES = 1_048_576;

/** Length of the body that a device takes. */
export const DEVICE_BODY_BYTES = 102_400;

/** The larger one. transfer.c makes and checks the same. */
export function largeBody(): Uint8Array {
  return Uint8Array.from({ length: BODY_BYTES }, (_, index) => index * 31 + (index >> 8));
}
