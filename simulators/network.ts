import { parseAddress, type Address } from "./address.js";
import { Attachment, hostAddresses, type Departure, type Medium } from "./attachment.js";
import { FaultInjector } from "./faults.js";
import { PERFECT_CONDITIONS, withConditions, type Conditions } from "./network-conditions.js";
import { NetworkError, type Packet, type PacketEvent } from "./packet.js";
import type { SeededRandom } from "./random.js";
import type { VirtualTime } from "./virtual-time.js";

/** Interface name of hosts that were not given one. */
export const DEFAULT_ZONE = "eth0";

const UDP_HEADER_BYTES = 8;
const IP_HEADER_BYTES = { 4: 20, 6: 40 } as const;
const MAX_PACKET_BYTES = 0xffff;

export interface NetworkCounters {
  sent: number;
  delivered: number;
  lost: number;
  duplicated: number;
  reordered: number;
  corrupted: number;
  /** Refused because larger than the MTU. */
  tooBig: number;
  /** Arrived at a host without a socket at that port. */
  unreachable: number;
  /** To an address that no host has, or a group that nobody has joined. */
  noHost: number;
  /** Dropped by a socket whose queue was full. */
  queueFull: number;
}

/**
 * One link with every host on it, and {@link Conditions} that may differ between any two hosts. Loopback is always
 * perfect. What happens is drawn from the seed, so the same program and seed give the same run.
 */
export class VirtualNetwork implements Medium {
  readonly counters: NetworkCounters = {
    sent: 0,
    delivered: 0,
    lost: 0,
    duplicated: 0,
    reordered: 0,
    corrupted: 0,
    tooBig: 0,
    unreachable: 0,
    noHost: 0,
    queueFull: 0,
  };
  /** Decides about each packet as it is sent; false loses it. For tests that lose a certain message. */
  filter: ((packet: Packet) => boolean) | undefined;
  /** Sees everything that happens to packets. */
  trace: ((packet: Packet, event: PacketEvent) => void) | undefined;
  readonly #time: VirtualTime;
  readonly #faults: FaultInjector;
  readonly #attachments: Attachment[] = [];
  readonly #hosts = new Map<string, Attachment>();
  readonly #links = new Map<string, Partial<Conditions>>();
  #conditions: Conditions;

  constructor(time: VirtualTime, random: SeededRandom, conditions: Partial<Conditions> = {}) {
    this.#time = time;
    this.#faults = new FaultInjector(random, this.counters);
    this.#conditions = withConditions(PERFECT_CONDITIONS, conditions);
  }

  /** Puts a host on the link. @throws {NetworkError} when an address is taken or no host can have it */
  attach(addresses: readonly string[], zone = DEFAULT_ZONE): Attachment {
    const canonical = hostAddresses(addresses);
    for (const { text } of canonical)
      if (this.#hosts.has(text)) throw new NetworkError("EADDRINUSE", `${text} is another host's address`);
    const attachment = new Attachment(this, canonical, zone);
    for (const { text } of canonical) this.#hosts.set(text, attachment);
    this.#attachments.push(attachment);
    return attachment;
  }

  get conditions(): Conditions {
    return this.#conditions;
  }

  /** Changes the conditions of all paths from now on; datagrams on their way are not touched. */
  setConditions(changes: Partial<Conditions>): void {
    this.#conditions = withConditions(this.#conditions, changes);
  }

  /** Changes the path from one address to another, in this direction only; `{}` undoes that. */
  setLink(from: string, to: string, changes: Partial<Conditions>): void {
    withConditions(this.#conditions, changes);
    this.#links.set(`${parseAddress(from).text}>${parseAddress(to).text}`, changes);
  }

  transmit({ sender, socket, source, to, port, written, bytes }: Departure): void {
    const packet: Packet = {
      timeMs: this.#time.nowMs,
      from: { address: source, port: socket.port },
      to: { address: to.text, port },
      bytes,
    };
    this.#checkSize(packet, to, sender.has(to));
    this.counters.sent++;
    this.trace?.(packet, "sent");
    if (this.filter?.(packet) === false) {
      this.#lose(packet);
      return;
    }
    const refuse = (error: NetworkError): void => {
      socket.fail(error, written, port);
    };
    const receivers = this.#receivers(sender, to, port);
    if (receivers.length === 0) {
      this.counters.noHost++;
      this.trace?.(packet, "no host");
    }
    // Not by methods of their own: the frames of the sender lie below, on a device's stack of 512 slots.
    for (const receiver of receivers) {
      if (receiver === sender) {
        this.#schedule(packet, to, receiver, 0, refuse);
        continue;
      }
      for (const arrival of this.#faults.fate(bytes, this.#path(packet, to, receiver))) {
        if (arrival === undefined) {
          this.trace?.(packet, "lost");
          continue;
        }
        const arriving = arrival.bytes === bytes ? packet : { ...packet, bytes: arrival.bytes };
        this.#schedule(arriving, to, receiver, arrival.delayMs, (error) => {
          this.#carryRefusal(error, to.text, source, refuse);
        });
      }
    }
  }

  #checkSize({ from, bytes }: Packet, to: Address, isLocal: boolean): void {
    const packetBytes = bytes.length + UDP_HEADER_BYTES + IP_HEADER_BYTES[to.family];
    const pathBytes = isLocal ? MAX_PACKET_BYTES : this.#between(from.address, to.text).mtuBytes;
    if (packetBytes <= Math.min(pathBytes, MAX_PACKET_BYTES)) return;
    this.counters.tooBig++;
    throw new NetworkError("EMSGSIZE", `packet of ${packetBytes} bytes on a path of ${pathBytes}`);
  }

  #receivers(sender: Attachment, to: Address, port: number): readonly Attachment[] {
    if (to.scope === "multicast")
      return this.#attachments.filter((host) => host.isOn && host.receivers(to, port).length > 0);
    const host = to.scope === "loopback" ? sender : this.#hosts.get(to.text);
    return host?.isOn === true ? [host] : [];
  }

  #between(from: string, to: string): Conditions {
    const changes = this.#links.get(`${from}>${to}`);
    return changes === undefined ? this.#conditions : { ...this.#conditions, ...changes };
  }

  /** The conditions on the way to one host. */
  #path({ from }: Packet, to: Address, receiver: Attachment): Conditions {
    return this.#between(
      from.address,
      to.scope === "multicast" ? (receiver.addresses[0]?.text ?? to.text) : to.text,
    );
  }

  /** The ICMP message goes back under the conditions of the other direction. */
  #carryRefusal(error: NetworkError, from: string, to: string, refuse: (error: NetworkError) => void): void {
    const conditions = this.#between(from, to);
    if (this.#faults.isLost(conditions)) return;
    const atMs = this.#time.nowMs + this.#faults.delayMs(conditions);
    this.#time.schedule(() => refuse(error), atMs, undefined);
  }

  #lose(packet: Packet): void {
    this.counters.lost++;
    this.trace?.(packet, "lost");
  }

  #schedule(
    packet: Packet,
    to: Address,
    receiver: Attachment,
    delayMs: number,
    refuse: (error: NetworkError) => void,
  ): void {
    const sentMs = this.#time.nowMs;
    this.#time.schedule(() => this.#arrive(packet, to, receiver, refuse), sentMs + delayMs, undefined);
  }

  #arrive(packet: Packet, to: Address, receiver: Attachment, refuse: (error: NetworkError) => void): void {
    const arrived: Packet = { ...packet, timeMs: this.#time.nowMs };
    if (!receiver.isOn) {
      this.#lose(arrived);
      return;
    }
    const sockets = receiver.receivers(to, packet.to.port);
    if (sockets.length === 0) {
      this.counters.unreachable++;
      this.trace?.(arrived, "unreachable");
      if (to.scope !== "multicast")
        refuse(new NetworkError("ECONNREFUSED", `${to.text} port ${packet.to.port} is unreachable`));
      return;
    }
    this.counters.delivered++;
    this.trace?.(arrived, "delivered");
    const source = parseAddress(packet.from.address);
    const isZoned = source.family === 6 && source.scope === "link-local";
    const sourceText = isZoned ? `${source.text}%${receiver.zone}` : source.text;
    for (const socket of sockets)
      if (!socket.deliver(arrived, sourceText, to.scope === "multicast")) this.counters.queueFull++;
  }
}
