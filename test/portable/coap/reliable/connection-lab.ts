/** An endpoint that talks over connections, and frames written by hand. RFC 8323 §3.2, §4.2. */

import { Endpoint, type EndpointOptions } from "../../../../src/coap/endpoint.js";
import { overConnections, type ConnectionsOptions } from "../../../../src/coap/reliable/over-connections.js";
import { Site } from "../../../../src/coap/server/site.js";
import { text } from "../../../../src/coap/server/response.js";
import type { Framing } from "../../../../src/coap/transport/channel.js";
import { toHex } from "../../../../src/bytes/hex.js";
import { World } from "../../../portable.js";
import { LOCAL, PEER, hex } from "../wire.js";
import { VirtualChannels, type Hand } from "./virtual-channels.js";

/** Codes as they are on the wire (RFC 7252 §12.1, RFC 8323 §11.1). */
export const [GET, CONTENT, CSM, PING, PONG, RELEASE, ABORT] = [
  "01",
  "45",
  "e1",
  "e2",
  "e3",
  "e4",
  "e5",
] as const;

/** A frame: `code` and `token` in hexadecimal, then options and payload. */
export function frame(framing: Framing, code: string, token = "", rest = ""): string {
  const tokenLength = token.length / 2;
  const body = rest.replaceAll(" ", "");
  const length = body.length / 2;
  const byte = (value: number): string => value.toString(16).padStart(2, "0");
  if (framing === "message") return `0${tokenLength.toString(16)}${code}${token}${body}`;
  if (length < 13) return byte((length << 4) | tokenLength) + code + token + body;
  if (length < 269) return byte(0xd0 | tokenLength) + byte(length - 13) + code + token + body;
  const extended = (length - 269).toString(16).padStart(4, "0");
  return `${byte(0xe0 | tokenLength)}${extended}${code}${token}${body}`;
}

/** Code, token and all behind it of one frame, each in hexadecimal. */
export interface Frame {
  readonly code: string;
  readonly token: string;
  readonly rest: string;
}

/** The frames in what a hand has heard. */
export function frames(framing: Framing, heard: readonly string[]): Frame[] {
  const found: Frame[] = [];
  for (const piece of framing === "message" ? heard : [heard.join("")]) {
    const bytes = hex(piece);
    for (let at = 0; at < bytes.length;) {
      const len = bytes[at]! >> 4;
      const extended = len < 13 ? 0 : len === 13 ? 1 : 2;
      const length =
        len < 13 ? len : len === 13 ? 13 + bytes[at + 1]! : 269 + ((bytes[at + 1]! << 8) | bytes[at + 2]!);
      const tokenAt = at + extended + 2;
      const restAt = tokenAt + (bytes[at]! & 15);
      const end = framing === "message" ? bytes.length : restAt + length;
      found.push({
        code: toHex(bytes.subarray(tokenAt - 1, tokenAt)),
        token: toHex(bytes.subarray(tokenAt, restAt)),
        rest: toHex(bytes.subarray(restAt, end)),
      });
      at = end;
    }
  }
  return found;
}

export interface ConnectionLabOptions extends Omit<EndpointOptions, "messaging"> {
  readonly framing?: Framing;
  readonly connections?: ConnectionsOptions["limits"];
}

/** An endpoint at {@link LOCAL} port 5683 that answers GET /a with `1`. */
export class ConnectionLab {
  readonly world = new World({ seed: 1 });
  readonly framing: Framing;
  readonly network: VirtualChannels;
  readonly endpoint: Endpoint;
  readonly site = new Site();

  constructor({ framing = "length", connections, ...options }: ConnectionLabOptions = {}) {
    this.framing = framing;
    this.network = new VirtualChannels(this.world.time, framing);
    this.site.add("a", { get: () => text("1") });
    this.endpoint = new Endpoint(this.world.host(LOCAL), {
      site: this.site,
      ...options,
      messaging: overConnections(this.network.transport(LOCAL, 5683), {
        scheme: framing === "length" ? "coap+tcp" : "coap+ws",
        ...(connections && { limits: connections }),
      }),
    });
  }

  /** URI of a server in the hand of the test, see {@link listen}. */
  uri(path: string): string {
    return `${this.framing === "length" ? "coap+tcp" : "coap+ws"}://[${PEER}]:5683/${path}`;
  }

  /** Connections that the endpoint opens. */
  listen(): readonly Hand[] {
    return this.network.listen(PEER, 5683);
  }

  /** A connection to the endpoint on which nothing was sent yet. */
  async connect(): Promise<Hand> {
    const hand = this.network.connect(LOCAL, 5683);
    await this.advance(5);
    return hand;
  }

  /** A connection to the endpoint on which both have sent their CSM; the endpoint's is taken. */
  async greet(): Promise<Hand> {
    const hand = await this.connect();
    hand.send(this.frame(CSM));
    await this.advance(5);
    hand.heard.length = 0;
    return hand;
  }

  frame(code: string, token = "", rest = ""): string {
    return frame(this.framing, code, token, rest);
  }

  /** The frames that a hand has heard since the last time. */
  take(hand: Hand): Frame[] {
    return frames(this.framing, hand.heard.splice(0));
  }

  /** Sends frames in one piece each, waits, and takes the frames that came. */
  async ask(hand: Hand, ...sent: readonly string[]): Promise<Frame[]> {
    for (const one of sent) hand.send(one);
    await this.advance(10);
    return this.take(hand);
  }

  advance(ms: number): Promise<void> {
    return this.world.time.advance(ms);
  }

  until<T>(promise: Promise<T>): Promise<T> {
    return this.world.time.until(promise);
  }
}
