/**
 * A device in a simulated network, and the peer that plays with it: the whole path from a datagram to a line of the log.
 * Whatever comes, nothing is thrown out of the event loop.
 */

import assert from "node:assert/strict";
import { nodeCrypto } from "../hosts/node/crypto/node-crypto.js";
import { World, type VirtualHost } from "../simulators/index.js";
import { Endpoint, type EndpointOptions } from "../src/coap/endpoint.js";
import { Device } from "../src/device.js";
import type { Feature } from "../src/feature.js";
import type { MessageProtectionFactory } from "../src/coap/requesting/message-protection.js";
import { SecurityContexts } from "../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../src/security/oscore/layer/oscore.js";
import { describeError } from "../src/timers/fault.js";

const DEVICE = "fd00::1";
const PEER = "fd00::2";
/** URI of the device, and of the peer as a server. */
export const DEVICE_URI = `coap://[${DEVICE}]`;
export const PEER_URI = `coap://[${PEER}]`;
/** Name of the security context that they share. */
export const CONTEXT = "shared";

/** What a scene must not end with. */
export class Unwanted extends Error {
  override name = "Unwanted";
}

export class Scene {
  readonly world = new World({ seed: 1 });
  readonly host: VirtualHost = this.world.host(DEVICE);
  readonly peer: VirtualHost = this.world.host(PEER);
  readonly device: Device;

  constructor(features: readonly Feature[], options: EndpointOptions = {}) {
    this.device = new Device(this.host, features, options);
  }

  /** A socket at the peer, which answers each datagram with what `answer` gives. */
  serve(answer: (request: Uint8Array) => Uint8Array | undefined): InstanceType<VirtualHost["udp"]> {
    const socket = new this.peer.udp({
      port: 5683,
      onReadable: () => {
        for (let datagram = socket.read(); datagram; datagram = socket.read()) {
          const reply = answer(new Uint8Array(datagram));
          if (reply) socket.write(reply, datagram.address, datagram.port);
        }
      },
    });
    return socket;
  }

  /** An endpoint at the peer, which shares a security context with the device. */
  ask(): Endpoint {
    return new Endpoint(this.peer, { oscore: protection(1) });
  }

  /**
   * Starts the device, plays, and looks at what came of it.
   * @throws {Unwanted} where a promise was rejected and nobody heard of it, or something was caught at the last moment
   */
  async play(body: (scene: this) => Promise<void>): Promise<void> {
    let rejection: Error | undefined;
    const note = (reason: unknown): void => {
      rejection = new Unwanted(`unhandled: ${describeError(reason)}`, { cause: reason });
    };
    process.on("unhandledRejection", note);
    try {
      await this.device.start();
      await body(this);
    } catch (error) {
      // It is why the rest went wrong.
      throw rejection ?? error;
    } finally {
      process.off("unhandledRejection", note);
    }
    if (rejection !== undefined) throw rejection;
    const { counters } = this.device.endpoint!;
    for (const line of this.host.lines) assert.match(line, /^[^\p{Cc}]*$/u);
    if (counters.faults + counters.handlerErrors > 0) throw new Unwanted(this.host.lines.join("; "));
  }
}

/** OSCORE with keys that device and peer share. @param side 0 for the device, 1 for the peer */
export function protection(side: 0 | 1): MessageProtectionFactory {
  const contexts = new SecurityContexts(nodeCrypto);
  const masterSecret = new Uint8Array(16).fill(7);
  const [senderId, recipientId] = [Uint8Array.of(side), Uint8Array.of(1 - side)];
  contexts.add(CONTEXT, { masterSecret, senderId, recipientId });
  return oscore({ contexts });
}

/** A piggybacked response to a request: an input is its code, and what stands behind its token. */
export function respond(request: Uint8Array, input: Uint8Array): Uint8Array {
  const tokenLength = request[0]! & 15;
  const response = new Uint8Array(4 + tokenLength + Math.max(0, input.length - 1));
  response.set(request.subarray(0, 4 + tokenLength));
  response[0] = 0x60 | tokenLength;
  response[1] = input[0] ?? 0x45;
  response.set(input.subarray(1), 4 + tokenLength);
  return response;
}

/** Whether a datagram is a request that wants an answer. */
export function isRequest(datagram: Uint8Array): boolean {
  return datagram[0]! >> 4 === 4 && datagram[1]! > 0 && datagram[1]! < 0x20;
}
