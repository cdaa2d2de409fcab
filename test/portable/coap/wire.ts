/**
 * A peer that is nothing but a UDP socket and a hand that writes bytes: what an endpoint puts on the wire is compared
 * with the standard, not with our own encoder.
 */

import { Endpoint, type EndpointOptions } from "../../../src/coap/endpoint.js";
import { Site } from "../../../src/coap/server/site.js";
import { fromHex, toHex } from "../../../src/bytes/hex.js";
import { World, type VirtualHost } from "../../portable.js";

/** Address of the endpoint under test, which routers do not forward from outside (RFC 4193). */
export const LOCAL = "fd00::1";
/** Address of its peer. */
export const PEER = "fd00::2";
/** The same at addresses that count as anywhere in the world (RFC 3849). */
export const GLOBAL = "2001:db8::1";
export const GLOBAL_PEER = "2001:db8::2";
/** Port of the peer's socket. */
export const PEER_PORT = 40_000;

/** Bytes of a hexadecimal text with blanks for the reader. */
export function hex(text: string): Uint8Array {
  return fromHex(text.replaceAll(" ", ""));
}

/** `count` times the same byte, as hexadecimal text. */
export function repeat(byte: string, count: number): string {
  return byte.repeat(count);
}

/** One message as it was heard. */
export interface Heard {
  readonly atMs: number;
  readonly hex: string;
}

/** The socket. */
export class Wire {
  /** Everything heard and not taken yet. */
  heard: Heard[] = [];
  /** What to answer to each message heard: hexadecimal, or nothing. */
  answer: ((heard: Uint8Array) => string | readonly string[] | undefined) | undefined;
  readonly #world: World;
  readonly #socket: InstanceType<VirtualHost["udp"]>;
  readonly #to: { readonly address: string; readonly port: number };

  constructor(
    world: World,
    host: VirtualHost,
    to: { readonly address: string; readonly port: number },
    port = PEER_PORT,
  ) {
    this.#world = world;
    this.#to = to;
    this.#socket = new host.udp({
      port,
      onReadable: () => {
        for (let datagram = this.#socket.read(); datagram; datagram = this.#socket.read())
          this.#hear(new Uint8Array(datagram));
      },
    });
  }

  /** Sends one datagram. */
  send(message: string, to: { readonly address: string; readonly port: number } = this.#to): void {
    this.#socket.write(hex(message), to.address, to.port);
  }

  /** Sends one datagram and takes what comes within `waitMs`. */
  async ask(message: string, waitMs = 10): Promise<string[]> {
    this.send(message);
    await this.#world.time.advance(waitMs);
    return this.take();
  }

  /** What was heard since the last time, in hexadecimal. */
  take(): string[] {
    const taken = this.heard.map((one) => one.hex);
    this.heard = [];
    return taken;
  }

  #hear(bytes: Uint8Array): void {
    this.heard.push({ atMs: this.#world.time.nowMs, hex: toHex(bytes) });
    // Answered apart from the delivery, as a host would: a device's stack is short.
    if (this.answer)
      this.#world.time.set(() => {
        const answer = this.answer?.(bytes) ?? [];
        for (const one of typeof answer === "string" ? [answer] : answer) this.send(one);
      }, 0);
  }

  close(): void {
    this.#socket.close();
  }
}

export interface LabOptions extends EndpointOptions {
  readonly seed?: number;
  /** Both at addresses that are not exempt from the amplification limit. */
  readonly global?: boolean;
}

/** An endpoint on port 5683 and a {@link Wire} that talks to it. */
export class Lab {
  readonly world: World;
  readonly site: Site;
  readonly endpoint: Endpoint;
  readonly host: VirtualHost;
  readonly peerHost: VirtualHost;
  readonly wire: Wire;
  readonly to: { readonly address: string; readonly port: number };

  constructor({ seed = 1, global = false, ...options }: LabOptions = {}) {
    this.world = new World({ seed });
    this.site = options.site ?? new Site();
    this.to = { address: global ? GLOBAL : LOCAL, port: 5683 };
    this.host = this.world.host(this.to.address);
    this.peerHost = this.world.host(global ? GLOBAL_PEER : PEER);
    this.endpoint = new Endpoint(this.host, { port: 5683, ...options, site: this.site });
    this.wire = new Wire(this.world, this.peerHost, this.to);
  }

  /** URI of the wire's socket, to be asked by the endpoint. */
  uri(path: string): string {
    return `coap://[${this.peerHost.address}]:${PEER_PORT}/${path}`;
  }

  advance(ms: number): Promise<void> {
    return this.world.time.advance(ms);
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.time.until(promise);
  }
}

/** Message ID of a message, as 4 hexadecimal digits. */
export function messageId(message: string): string {
  return message.slice(4, 8);
}

/** An answer by hand: type and token length, code, the message ID and token of `request`, then `rest`. */
export function reply(
  request: Uint8Array,
  type: "ACK" | "CON" | "NON",
  code: string,
  rest = "",
  id?: string,
): string {
  const tkl = request[0]! & 15;
  // RFC 8974 §2.1: 13 stands for a byte with the length in front of the token.
  const token = toHex(request.subarray(4, tkl === 13 ? 18 + request[4]! : 4 + tkl));
  const nibble = type === "ACK" ? "6" : type === "CON" ? "4" : "5";
  return `${nibble}${tkl.toString(16)}${code}${id ?? toHex(request.subarray(2, 4))}${token}${rest}`;
}

/** An Empty message: `ACK` or `RST` to `request`. */
export function empty(request: Uint8Array, type: "ACK" | "RST"): string {
  return `${type === "ACK" ? "60" : "70"}00${toHex(request.subarray(2, 4))}`;
}
