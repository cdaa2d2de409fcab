/** Puts request bodies together of Block1 blocks. RFC 7959 §2.5. */

import type { TimerHandle } from "../../../ports/timers.js";
import { equalBytes } from "../../../bytes/compare.js";
import type { Message } from "../../codec/message.js";
import { SIZE1 } from "../../codec/option-number.js";
import { uintOption } from "../../codec/uint-option.js";
import type { EndpointContext } from "../../messaging/endpoint-context.js";
import { exchangeLifetimeMs, maxTransmitSpanMs } from "../../messaging/parameters.js";
import { entryToEvict } from "../../messaging/eviction.js";
import type { Peer } from "../../messaging/peer.js";
import { blockOffset, isBlockLength, type Block } from "./block.js";
import { isSameOperation } from "./operation.js";

/** What became of one block. */
export type AssemblyResult =
  /** It is there (again): answer 2.31. */
  | { readonly kind: "continue" }
  /** It was the last: this is the body, and the message with its first block. */
  | { readonly kind: "complete"; readonly body: Uint8Array; readonly first: Message }
  /** Blocks before it are missing: answer 4.08. */
  | { readonly kind: "gap" }
  /** The block has not the size that its option says: answer 4.00. */
  | { readonly kind: "malformed" }
  /** The body exceeds the limit: answer 4.13. */
  | { readonly kind: "tooLarge" }
  /** There are too many assemblies: answer 5.03. */
  | { readonly kind: "busy" };

interface Assembly {
  readonly peer: Peer;
  /** When its operation began; starting over does not make it younger. */
  readonly beganMs: number;
  /** When its latest block came. */
  heardMs: number;
  readonly first: Message;
  buffer: Uint8Array;
  length: number;
}

/** Memory set aside on the word of a Size1 option; a larger body grows as its blocks come. */
const MAX_RESERVED_BYTES = 65_536;

export class Assemblies {
  readonly #endpoint: EndpointContext;
  readonly #lifetimeMs: number;
  readonly #stalledMs: number;
  readonly #assemblies: Assembly[] = [];
  /** Set while there are assemblies: one for all of them. */
  #deadline: TimerHandle | undefined;
  readonly #onDeadline = (): void => this.#forgetStale();

  /** The next block is waited for EXCHANGE_LIFETIME. */
  constructor(endpoint: EndpointContext) {
    const { parameters } = endpoint;
    this.#endpoint = endpoint;
    this.#lifetimeMs = exchangeLifetimeMs(parameters);
    this.#stalledMs = maxTransmitSpanMs(parameters);
  }

  /** Takes one block. @param maxBodyBytes the limit for this resource's bodies */
  add(peer: Peer, message: Message, block: Block, maxBodyBytes: number): AssemblyResult {
    const { payload } = message;
    const offset = blockOffset(block);
    if (!isBlockLength(block, payload.length)) return { kind: "malformed" };
    const announced = uintOption(message.options, SIZE1) ?? 0;
    const isTooLarge = offset + payload.length > maxBodyBytes || announced > maxBodyBytes;
    if (offset === 0 && !block.more && !isTooLarge)
      return { kind: "complete", body: payload, first: message };
    const known = this.#find(peer, message);
    if (isTooLarge) {
      if (known) this.#drop(known);
      return { kind: "tooLarge" };
    }
    const begins = offset === 0 && !(known && isDuplicate(known.first, message));
    const assembly = begins ? this.#begin(peer, message, announced, known) : known;
    if (!assembly) return { kind: offset === 0 ? "busy" : "gap" };
    if (offset > assembly.length) return { kind: "gap" };
    // A block that is there already is a duplicate, or the sender went back: either way its bytes count.
    this.#write(assembly, offset, payload, maxBodyBytes);
    const end = offset + payload.length;
    assembly.length = block.more ? Math.max(assembly.length, end) : end;
    if (block.more) {
      assembly.heardMs = this.#endpoint.clock.monotonicMs();
      this.#deadline ??= this.#endpoint.deadlines.set(this.#onDeadline, this.#lifetimeMs);
      return { kind: "continue" };
    }
    this.#drop(assembly);
    return { kind: "complete", body: assembly.buffer.subarray(0, assembly.length), first: assembly.first };
  }

  #find(peer: Peer, message: Message): Assembly | undefined {
    return this.#assemblies.find((one) => one.peer === peer && isSameOperation(one.first, message));
  }

  /** Drops those that nobody went on with, and waits for the next one. */
  #forgetStale(): void {
    const nowMs = this.#endpoint.clock.monotonicMs();
    let nextMs = Infinity;
    for (const assembly of [...this.#assemblies]) {
      const restMs = assembly.heardMs + this.#lifetimeMs - nowMs;
      if (restMs <= 0) this.#drop(assembly);
      else nextMs = Math.min(nextMs, restMs);
    }
    this.#deadline = nextMs === Infinity ? undefined : this.#endpoint.deadlines.set(this.#onDeadline, nextMs);
  }

  /** The first block starts over whatever there was (RFC 7959 §2.5). */
  #begin(peer: Peer, message: Message, announced: number, known: Assembly | undefined): Assembly | undefined {
    if (known) this.#drop(known);
    if (this.#assemblies.length >= this.#endpoint.limits.assemblies && !this.#dropOne(peer)) return undefined;
    const nowMs = this.#endpoint.clock.monotonicMs();
    const beganMs = known?.beganMs ?? nowMs;
    const buffer = new Uint8Array(Math.max(Math.min(announced, MAX_RESERVED_BYTES), message.payload.length));
    const assembly: Assembly = {
      peer,
      beganMs,
      heardMs: nowMs,
      first: message,
      buffer,
      length: 0,
    };
    this.#assemblies.push(assembly);
    peer.references += 1;
    return assembly;
  }

  /**
   * Where all places are taken, one whose sender no longer repeats its block (MAX_TRANSMIT_SPAN has passed), or that goes
   * on for longer than an exchange may, gives way: nobody can hold the places for good. Otherwise one of an endpoint that has
   * several does.
   */
  #dropOne(peer: Peer): boolean {
    const nowMs = this.#endpoint.clock.monotonicMs();
    const evicted =
      this.#assemblies.find(
        ({ beganMs, heardMs }) => nowMs - heardMs >= this.#stalledMs || nowMs - beganMs >= this.#lifetimeMs,
      ) ?? entryToEvict(this.#assemblies, peer);
    if (evicted) this.#drop(evicted);
    return evicted !== undefined;
  }

  #write(assembly: Assembly, offset: number, payload: Uint8Array, maxBodyBytes: number): void {
    const length = offset + payload.length;
    if (length > assembly.buffer.length) {
      const buffer = new Uint8Array(Math.min(Math.max(length, 2 * assembly.buffer.length), maxBodyBytes));
      buffer.set(assembly.buffer.subarray(0, assembly.length));
      assembly.buffer = buffer;
    }
    assembly.buffer.set(payload, offset);
  }

  #drop(assembly: Assembly): void {
    assembly.peer.references -= 1;
    this.#assemblies.splice(this.#assemblies.indexOf(assembly), 1);
  }
}

/** A late duplicate of the first block does not start over (RFC 7252 §4.5). Frames over connections all have ID 0. */
function isDuplicate(first: Message, message: Message): boolean {
  return first.messageId === message.messageId && equalBytes(first.payload, message.payload);
}
