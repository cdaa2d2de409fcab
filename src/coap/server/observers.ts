/** The server's lists of observers, and the notifications to them. RFC 7641 §4. */

import type { TimerHandle } from "../../ports/timers.js";
import { equalBytes } from "../../bytes/compare.js";
import { SERVICE_UNAVAILABLE, codeClass } from "../codec/code.js";
import { CON, MessageTooLargeError, encodedLength, encodedMessage, type Message } from "../codec/message.js";
import { Options } from "../codec/options.js";
import { CoapError } from "../errors.js";
import type { AmplificationPolicy } from "../messaging/amplification.js";
import type { EndpointContext } from "../messaging/endpoint-context.js";
import { entryToEvict } from "../messaging/eviction.js";
import type { MessageSender } from "../messaging/messaging.js";
import type { Peer } from "../messaging/peer.js";
import { Transmission, type TransmissionHandler } from "../messaging/transmission.js";
import type { Answer, NotificationListener, Notifier, NotifierFactory } from "../requesting/notifier.js";
import type { Resource } from "./resource.js";

/** Shortest time between two Non-confirmable notifications (RFC 7641 §4.5.1). */
const NON_SPACING_MS = 3_000;
/** After this time without a new state, a Non-confirmable notification is repeated as Confirmable (§4.5). */
const NON_CONFIRM_AFTER_MS = 60_000;
/** A notification is Confirmable at least this often (§4.5). */
const CONFIRM_EVERY_MS = 24 * 3_600_000;
/** Observe values have 24 bits (§2). */
const SEQUENCE_MASK = 0xffffff;

/** One entry: a client that observes a resource with a token. */
export class Observer implements TransmissionHandler, NotificationListener {
  readonly peer: Peer;
  readonly request: Message;
  readonly resource: Resource;
  readonly depth: number;
  readonly #observers: Observers;
  /** Sends its notifications, where their bodies travel by other rules (RFC 9177 §4.5). */
  readonly notifier: Notifier | undefined;
  /** The Confirmable notification under way. */
  transmission: Transmission | undefined;
  /** The newest state, while an earlier notification is still under way. */
  next: Answer | undefined;
  /** Message ID of the latest Non-confirmable notification. */
  nonMessageId: number | undefined;
  confirmedMs: number;
  /** That of the answer to the registration; notifications keep to it (§4.2). */
  contentFormat: number | undefined;
  deadline: TimerHandle | undefined;
  /** The deadline is that before which no further Non-confirmable notification may go. */
  spacing = false;
  /** Rendering of the newest state has begun but not ended; and it must begin again. */
  rendering = false;
  stale = false;
  removed = false;

  constructor(
    observers: Observers,
    peer: Peer,
    request: Message,
    resource: Resource,
    depth: number,
    confirmedMs: number,
    notifier: NotifierFactory | undefined,
  ) {
    this.#observers = observers;
    this.peer = peer;
    this.request = request;
    this.resource = resource;
    this.depth = depth;
    this.confirmedMs = confirmedMs;
    this.notifier = notifier?.(request, this);
  }

  acknowledged(): void {
    this.#observers.delivered(this);
  }

  rejected(): void {
    this.#observers.remove(this);
  }

  failed(): void {
    this.#observers.remove(this);
  }

  sent(messageId?: number): void {
    this.nonMessageId = messageId;
    this.#observers.sent(this);
  }

  supersede(messageId: number): Uint8Array | undefined {
    return this.#observers.supersede(this, messageId);
  }
}

/** After an error notification the client is no longer in the list (RFC 7641 §4.2). */
function isLast(answer: Answer): boolean {
  return codeClass(answer.code) !== 2;
}

/** Makes the notification of a resource's present state; undefined when it cannot be sent to this observer. */
export type RenderNotification = (observer: Observer) => Promise<Answer | undefined>;

export class Observers {
  readonly #endpoint: EndpointContext;
  readonly #sender: MessageSender;
  readonly #amplification: AmplificationPolicy;
  readonly #renderState: RenderNotification;
  readonly #observers: Observer[] = [];
  #sequence = 1;

  /** @param amplification for peers as requests name them */
  constructor(
    endpoint: EndpointContext,
    sender: MessageSender,
    amplification: AmplificationPolicy,
    render: RenderNotification,
  ) {
    this.#endpoint = endpoint;
    this.#sender = sender;
    this.#amplification = amplification;
    this.#renderState = render;
  }

  get size(): number {
    return this.#observers.length;
  }

  /** The next value of the Observe option (RFC 7641 §4.4). */
  nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & SEQUENCE_MASK;
    return this.#sequence;
  }

  /** Whether {@link add} would take this client in. */
  admits(peer: Peer, token: Uint8Array): boolean {
    if (!this.#isFull || this.#find(peer, token)) return true;
    return entryToEvict(this.#observers, peer) !== undefined;
  }

  /** Adds a client, in place of an earlier entry with its token (RFC 7641 §4.1). */
  add(
    peer: Peer,
    request: Message,
    resource: Resource,
    depth: number,
    notifier: NotifierFactory | undefined,
  ): Observer {
    const known = this.#find(peer, request.token);
    if (known) this.remove(known);
    else if (this.#isFull) this.#evict(entryToEvict(this.#observers, peer)!);
    peer.references += 1;
    const nowMs = this.#endpoint.clock.monotonicMs();
    const observer = new Observer(this, peer, request, resource, depth, nowMs, notifier);
    this.#observers.push(observer);
    return observer;
  }

  get #isFull(): boolean {
    return this.#observers.length >= this.#endpoint.limits.observers;
  }

  /** Takes a client off the list that has many entries, and tells it so (RFC 7641 §4.2). */
  #evict(observer: Observer): void {
    this.remove(observer);
    this.#endpoint.deadlines.soon(() => this.#dismiss(observer));
  }

  /** Non-confirmable, where protection lets it: who acknowledges nothing is not to fill the queue with them. */
  #dismiss({ peer, request: { token, tokenLength }, notifier }: Observer): void {
    const code = SERVICE_UNAVAILABLE;
    const options = new Options();
    const length = encodedLength(tokenLength, options, 0);
    try {
      if (peer.securityContext === undefined)
        this.#sender.immediate(peer, { code, token, options, payload: undefined });
      else notifier?.sendLast?.({ code, options, payload: undefined, partial: false, last: true, length });
    } catch (error) {
      // Its connection has ended meanwhile.
      if (!(error instanceof CoapError)) throw error;
    }
  }

  /** Sends one client the present state. */
  refresh(observer: Observer): void {
    this.#renderSoon(observer);
  }

  /** Removes the client's entry with this token, if there is one (RFC 7641 §3.6). */
  cancel(peer: Peer, token: Uint8Array): void {
    const known = this.#find(peer, token);
    if (known) this.remove(known);
  }

  /** A Reset came for a Non-confirmable message (RFC 7641 §3.6). */
  rejected(messageId: number, peer: Peer): void {
    const observer = this.#observers.find((one) => one.peer === peer && one.nonMessageId === messageId);
    if (observer) this.remove(observer);
  }

  /** The connection to the client has ended (RFC 8323 §7.4). */
  disconnected(peer: Peer): void {
    for (const observer of [...this.#observers]) if (observer.peer === peer) this.remove(observer);
  }

  remove(observer: Observer): void {
    if (observer.removed) return;
    observer.removed = true;
    observer.peer.references -= 1;
    this.#observers.splice(this.#observers.indexOf(observer), 1);
    if (observer.deadline) this.#endpoint.deadlines.clear(observer.deadline);
    if (observer.transmission) this.#sender.cancel(observer.transmission);
    observer.notifier?.close();
  }

  /** The resource's state has changed. */
  changed(resource: Resource): void {
    for (const observer of [...this.#observers])
      if (observer.resource === resource) this.#renderSoon(observer);
  }

  /** @internal A Confirmable notification arrived. */
  delivered(observer: Observer): void {
    if (observer.removed) return;
    observer.transmission = undefined;
    observer.confirmedMs = this.#endpoint.clock.monotonicMs();
    this.#sendNext(observer);
  }

  /** @internal Nothing more of a Non-confirmable notification is to be sent. */
  sent(observer: Observer): void {
    if (!observer.removed) this.#sendNext(observer);
  }

  /** @internal The newest state in place of one that was not acknowledged (RFC 7641 §4.5.2). */
  supersede(observer: Observer, messageId: number): Uint8Array | undefined {
    const { next, request, notifier } = observer;
    if (!next) return undefined;
    observer.next = undefined;
    const taken = notifier?.supersede(next, messageId);
    if (isLast(next)) {
      // What is under way becomes the last notification: it is not to be stopped with the observation.
      observer.transmission = undefined;
      this.remove(observer);
    }
    if (taken) return taken;
    return encodedMessage(CON, next.code, messageId, request.token, next.options, next.payload);
  }

  /** What cannot be rendered or sent ends the observation: the client finds out when it registers anew. */
  #renderSoon(observer: Observer): void {
    this.#render(observer).catch((error: unknown) => {
      this.#endpoint.deadlines.fault(error);
      this.remove(observer);
    });
  }

  /** Renders one state at a time; one that changed meanwhile is rendered again. */
  async #render(observer: Observer): Promise<void> {
    observer.stale = true;
    if (observer.rendering) return;
    observer.rendering = true;
    // A handler tells of a change while its request is answered: a device's stack has 512 slots.
    await Promise.resolve();
    while (observer.stale && !observer.removed) {
      observer.stale = false;
      const answer = await this.#renderState(observer);
      if (observer.removed) break;
      if (!answer) this.remove(observer);
      else observer.next = answer;
    }
    observer.rendering = false;
    if (!observer.removed) this.#sendNext(observer);
  }

  #sendNext(observer: Observer): void {
    const { next: answer, notifier } = observer;
    if (!answer || observer.transmission || observer.removed || notifier?.busy) return;
    const { notifications = notifier?.notifications ?? "CON" } = observer.resource.definition;
    const isConfirmable =
      // Over a connection nothing is Non-confirmable, and one at a time is under way (RFC 8323 §7.2).
      observer.peer.capabilities !== undefined ||
      notifications === "CON" ||
      // What PROBING_RATE holds back goes Confirmable instead: that the client is there, it shows then.
      notifier?.mayProbe === false ||
      isLast(answer) ||
      this.#amplification.allowance(observer.peer, true) !== Infinity ||
      this.#endpoint.clock.monotonicMs() - observer.confirmedMs >= CONFIRM_EVERY_MS;
    if (isConfirmable) this.#sendConfirmable(observer, answer);
    else if (!observer.spacing) this.#sendNonConfirmable(observer, answer);
  }

  #sendConfirmable(observer: Observer, answer: Answer): void {
    const sender = this.#sender;
    const { deadlines } = this.#endpoint;
    observer.next = undefined;
    if (observer.deadline) deadlines.clear(observer.deadline);
    observer.deadline = undefined;
    observer.spacing = false;
    const ends = isLast(answer);
    const { notifier } = observer;
    if (ends) {
      this.remove(observer);
      if (notifier?.sendLast) {
        notifier.sendLast(answer);
        return;
      }
    } else if (notifier) {
      notifier.send(answer, true);
      return;
    }
    try {
      const { code, options, payload } = answer;
      const { token } = observer.request;
      const transmission = new Transmission(observer.peer, true, ends ? undefined : observer);
      sender.send(transmission, { code, token, options, payload });
      if (!ends) observer.transmission = transmission;
    } catch (error) {
      // Too large for a peer that has said meanwhile that it takes less (RFC 8323 §5.3.1), or no place in the queue.
      if (!(error instanceof CoapError || error instanceof MessageTooLargeError)) throw error;
      this.remove(observer);
    }
  }

  #sendNonConfirmable(observer: Observer, answer: Answer): void {
    const sender = this.#sender;
    const { deadlines } = this.#endpoint;
    const { code, options, payload } = answer;
    observer.next = undefined;
    if (observer.deadline) deadlines.clear(observer.deadline);
    observer.spacing = true;
    if (observer.notifier) observer.notifier.send(answer, false);
    else {
      const { token } = observer.request;
      observer.nonMessageId = sender.immediate(observer.peer, { code, token, options, payload });
    }
    observer.deadline = deadlines.set(() => {
      observer.deadline = undefined;
      observer.spacing = false;
      if (observer.next) this.#sendNext(observer);
      else this.#confirmLater(observer);
    }, NON_SPACING_MS);
  }

  /** A lost Non-confirmable notification must not be the last word: §4.5, 'eventually observes the latest state'. */
  #confirmLater(observer: Observer): void {
    observer.deadline = this.#endpoint.deadlines.set(() => {
      observer.deadline = undefined;
      observer.confirmedMs = -Infinity;
      this.refresh(observer);
    }, NON_CONFIRM_AFTER_MS);
  }

  #find(peer: Peer, token: Uint8Array): Observer | undefined {
    return this.#observers.find((one) => one.peer === peer && equalBytes(one.request.token, token));
  }
}
