/**
 * The network of a board in QEMU: each of its frames is a datagram to a socket on the loopback interface, and this end
 * has the real sockets that the board asks for.
 */

import type { RemoteInfo, Socket } from "node:dgram";
import { openSocket } from "../../socket.js";
import { NodeUDP } from "../../udp.js";
import { decodeFrame, encodeFrame, FrameKind, MAX_FRAME, type Frame } from "./frame.js";

const LOOPBACK = "127.0.0.1";

function messageOf(error: unknown): Uint8Array {
  return Buffer.from(error instanceof Error ? error.message : String(error));
}

export class Gateway {
  readonly #link: Socket;
  readonly #sockets = new Map<number, NodeUDP>();
  /** Where the board's network device listens: known from its first frame on. */
  #boardPort: number | undefined;
  /** Frames for the board from before. */
  readonly #early: Uint8Array[] = [];

  constructor() {
    this.#link = openSocket({
      family: 4,
      address: LOOPBACK,
      port: 0,
      reuseAddress: false,
      onMessage: (bytes, remote) => this.#onFrame(bytes, remote),
      // A board that has gone takes no frames; its end is noticed elsewhere.
      onError: () => undefined,
    });
  }

  /** The UDP port on the loopback interface to which the board's network device sends. */
  get port(): number {
    return this.#link.address().port;
  }

  /** Tells the board to end. @param code its exit code */
  stop(code: number): void {
    this.#send({ kind: FrameKind.stop, port: code });
  }

  /** Tells the board to print the statistics. */
  report(): void {
    this.#send({ kind: FrameKind.report });
  }

  close(): void {
    for (const socket of this.#sockets.values()) socket.close();
    this.#sockets.clear();
    this.#link.close();
  }

  #send(frame: Parameters<typeof encodeFrame>[0]): void {
    const bytes = encodeFrame(frame);
    if (this.#boardPort === undefined) this.#early.push(bytes);
    else this.#link.send(bytes, this.#boardPort, LOOPBACK);
  }

  #onFrame(bytes: Uint8Array, remote: RemoteInfo): void {
    if (this.#boardPort === undefined) {
      this.#boardPort = remote.port;
      for (const early of this.#early.splice(0)) this.#link.send(early, remote.port, LOOPBACK);
    }
    const frame = decodeFrame(bytes);
    // Other programs on this machine can reach the port, too.
    if (frame === undefined || remote.port !== this.#boardPort) return;
    if (frame.kind === FrameKind.datagram) this.#sendDatagram(frame);
    else this.#answer(frame);
  }

  #sendDatagram({ socket, rest, address, port }: Frame): void {
    try {
      this.#required(socket).write(rest, address, port);
    } catch (error) {
      this.#send({ kind: FrameKind.failure, socket, address, port, rest: messageOf(error) });
    }
  }

  #answer(request: Frame): void {
    const { socket } = request;
    const kind = request.kind | FrameKind.answer;
    try {
      this.#perform(request);
      this.#send({ kind, socket, port: this.#sockets.get(socket)?.port ?? 0 });
    } catch (error) {
      this.#send({ kind, socket, rest: messageOf(error) });
    }
  }

  /** A request may come twice, as its answer may have been lost. */
  #perform({ kind, socket, address, port }: Frame): void {
    switch (kind) {
      case FrameKind.open:
        if (!this.#sockets.has(socket)) this.#sockets.set(socket, this.#open(socket, address, port));
        break;
      case FrameKind.close:
        this.#sockets.get(socket)?.close();
        this.#sockets.delete(socket);
        break;
      case FrameKind.join:
        this.#required(socket).add(address);
        break;
      case FrameKind.leave:
        this.#required(socket).remove(address);
        break;
      default:
        throw new RangeError(`expected a request of the board, got a frame of kind ${kind}`);
    }
  }

  #required(socket: number): NodeUDP {
    const found = this.#sockets.get(socket);
    if (found === undefined) throw new RangeError(`expected an open socket, got number ${socket}`);
    return found;
  }

  #open(socket: number, address: string, port: number): NodeUDP {
    const udp: NodeUDP = new NodeUDP({
      port,
      ...(address !== "" && { address }),
      onReadable: () => this.#deliver(socket, udp),
      onError: (error, to, toPort) =>
        this.#send({ kind: FrameKind.failure, socket, address: to, port: toPort, rest: messageOf(error) }),
    });
    return udp;
  }

  #deliver(socket: number, udp: NodeUDP): void {
    for (let datagram = udp.read(); datagram !== undefined; datagram = udp.read()) {
      const { address, port, multicast = false } = datagram;
      const rest = new Uint8Array(datagram);
      // As a radio drops what is longer than its frames.
      if (rest.length <= MAX_FRAME - encodeFrame({ kind: FrameKind.datagram, address }).length)
        this.#send({ kind: FrameKind.datagram, socket, address, port, multicast, rest });
    }
  }
}
