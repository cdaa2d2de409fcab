/**
 * A security context: what is needed to protect messages to one peer and to verify those that come from it, in either
 * role. RFC 8613 §3.1, §5, §8.
 *
 * A message is known by its request: who sent that one, and with which Partial IV.
 */

import type { AEAD, Crypto } from "../../../ports/crypto.js";
import { AdditionalData } from "./additional-data.js";
import { deriveKeys, forgetKeys, type DerivedKeys } from "./derivation.js";
import { Nonces } from "./nonce.js";
import { AEADS, completeParameters, type CompleteParameters, type ContextParameters } from "./parameters.js";
import { ReplayWindow } from "./replay-window.js";
import { OscoreError } from "../errors.js";
import { MAX_PARTIAL_IV } from "./partial-iv.js";
import { takeSequenceNumber, VolatileSequenceNumbers, type SequenceNumbers } from "./sequence-numbers.js";

/** More holders than there ever are: they and whether a context is closed are one number, which saves a device memory. */
const CLOSED = 0x4000_0000;

export class SecurityContext {
  readonly parameters: CompleteParameters;
  /** Of the peer's requests. */
  readonly window: ReplayWindow;
  /** Bytes that a ciphertext has beyond its plaintext. */
  readonly tagBytes: number;
  readonly #numbers: SequenceNumbers;
  #isUsedUp = false;
  /** Exchanges that have still to be answered; what is closed adds {@link CLOSED}. */
  #holders = 0;
  readonly #sender: AEAD;
  readonly #recipient: AEAD;
  readonly #senderNonces: Nonces;
  readonly #recipientNonces: Nonces;
  /** Of our requests, and of the peer's: what responses without a Partial IV have. */
  readonly #ourRequests: Nonces;
  readonly #peersRequests: Nonces;
  /** Of our requests and the responses to them. */
  readonly #senderData: AdditionalData;
  /** Of the peer's requests and the responses to them. */
  readonly #recipientData: AdditionalData;

  /** @internal Use {@link establish}. @param keys copied */
  constructor(
    crypto: Crypto,
    parameters: CompleteParameters,
    keys: DerivedKeys,
    numbers: SequenceNumbers,
    requests?: SecurityContext,
  ) {
    const { algorithm, senderId, recipientId, replayWindow } = parameters;
    const { senderKey, recipientKey, commonIv } = keys;
    const { number } = AEADS[algorithm];
    this.parameters = parameters;
    this.window = new ReplayWindow(replayWindow);
    this.#numbers = numbers;
    this.#sender = crypto.aead(algorithm, senderKey);
    this.#recipient = crypto.aead(algorithm, recipientKey);
    this.tagBytes = this.#sender.tagBytes;
    this.#senderNonces = new Nonces(commonIv, senderId);
    this.#recipientNonces = new Nonces(commonIv, recipientId);
    this.#ourRequests = requests ? requests.#senderNonces : this.#senderNonces;
    this.#peersRequests = requests ? requests.#recipientNonces : this.#recipientNonces;
    this.#senderData = new AdditionalData(number, senderId);
    this.#recipientData = new AdditionalData(number, recipientId);
  }

  /** A Partial IV that no message of ours has had, for one message (§7.2). @throws {OscoreError} */
  nextPartialIv(): number {
    const partialIv = takeSequenceNumber(this.#numbers);
    this.#isUsedUp = partialIv >= MAX_PARTIAL_IV;
    if (partialIv > MAX_PARTIAL_IV) throw usedUp();
    return partialIv;
  }

  /** The last sequence number is used: no further message is protected, not even with the nonce of a request (§7.2.1). */
  get isUsedUp(): boolean {
    return this.#isUsedUp;
  }

  /**
   * The ciphertext of a request. @param partialIv from {@link nextPartialIv}, for this request alone
   * @throws {OscoreError} where {@link isForgotten}
   */
  sealRequest(partialIv: number, plaintext: Uint8Array): Uint8Array {
    if (this.#holders === CLOSED) throw forgotten();
    return this.#sender.seal(this.#senderNonces.of(partialIv), this.#senderData.of(partialIv), plaintext);
  }

  /** A request is to be answered: the keys outlive {@link close} until {@link release}. */
  hold(): void {
    this.#holders += 1;
  }

  release(): void {
    this.#holders -= 1;
    if (this.#holders === CLOSED) this.#forget();
  }

  /** No message comes or goes with it any more but what {@link hold} has announced: then the keys are overwritten. */
  close(): void {
    if (this.#holders >= CLOSED) return;
    this.#holders += CLOSED;
    if (this.#holders === CLOSED) this.#forget();
  }

  /** Whether the keys are overwritten. */
  get isForgotten(): boolean {
    return this.#holders === CLOSED;
  }

  #forget(): void {
    this.#sender.close();
    this.#recipient.close();
    this.parameters.masterSecret.fill(0);
  }

  /** The plaintext of the peer's request, or undefined where it is not the peer's. */
  openRequest(partialIv: number, ciphertext: Uint8Array): Uint8Array | undefined {
    if (this.#holders === CLOSED) return undefined;
    return this.#recipient.open(
      this.#recipientNonces.of(partialIv),
      this.#recipientData.of(partialIv),
      ciphertext,
    );
  }

  /**
   * The ciphertext of a response to the peer's request.
   * @param partialIv from {@link nextPartialIv}, for this response alone; undefined uses the nonce of the request, which
   * one response to it may, where no other ever had that request's Partial IV (§5.2)
   * @throws {OscoreError} for that where {@link isUsedUp}, and where {@link isForgotten}
   */
  sealResponse(requestPartialIv: number, partialIv: number | undefined, plaintext: Uint8Array): Uint8Array {
    if (partialIv === undefined && this.#isUsedUp) throw usedUp();
    if (this.#holders === CLOSED) throw forgotten();
    const nonce =
      partialIv === undefined ? this.#peersRequests.of(requestPartialIv) : this.#senderNonces.of(partialIv);
    return this.#sender.seal(nonce, this.#recipientData.of(requestPartialIv), plaintext);
  }

  /** The plaintext of a response to our request, or undefined where it is none. @param partialIv that of the response */
  openResponse(
    requestPartialIv: number,
    partialIv: number | undefined,
    ciphertext: Uint8Array,
  ): Uint8Array | undefined {
    if (this.#holders === CLOSED) return undefined;
    const nonce =
      partialIv === undefined ? this.#ourRequests.of(requestPartialIv) : this.#recipientNonces.of(partialIv);
    return this.#recipient.open(nonce, this.#senderData.of(requestPartialIv), ciphertext);
  }
}

/**
 * Derives a security context (§3.2).
 * @param numbers must never give a number that it gave while the keys were in use before; absent: from 0 on, for keys
 * that are new
 * @param requests the context that requests are protected with whose responses are protected with this one (§B.2)
 * @throws {SecurityContextError} @throws {UnsupportedAlgorithmError} where the host has not the algorithms
 */
export function establish(
  crypto: Crypto,
  parameters: ContextParameters,
  numbers: SequenceNumbers = new VolatileSequenceNumbers(),
  requests?: SecurityContext,
): SecurityContext {
  const complete = completeParameters(parameters);
  // Not from the constructor: a device's stack has 512 slots.
  const keys = deriveKeys(crypto, complete);
  try {
    return new SecurityContext(crypto, complete, keys, numbers, requests);
  } finally {
    forgetKeys(keys);
  }
}

function forgotten(): OscoreError {
  return new OscoreError("expected a security context in use, got one that was removed");
}

function usedUp(): OscoreError {
  return new OscoreError(`all ${MAX_PARTIAL_IV} sequence numbers are used up: a new context is needed`);
}
