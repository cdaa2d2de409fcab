import type { Socket } from "node:net";
import type { TCP } from "../../../src/ports/tcp.js";
import { plainAddress } from "../mapped-address.js";

/** A connection that a listener has taken and nobody has taken over yet. */
export class AcceptedSocket implements TCP {
  readonly socket: Socket;
  readonly remoteAddress: string;
  readonly remotePort: number;
  #hasEnded = false;

  constructor(socket: Socket) {
    this.socket = socket;
    // Absent where the peer has gone already.
    this.remoteAddress = plainAddress(socket.remoteAddress ?? "");
    this.remotePort = socket.remotePort ?? 0;
    // Whoever takes it over is told.
    socket.on("error", () => {});
    socket.once("close", () => (this.#hasEnded = true));
  }

  /** Whether it ended while it waited. */
  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  read(): undefined {
    return undefined;
  }

  write(): never {
    throw new RangeError("expected a connection that was taken over from its listener");
  }

  close(): void {
    this.socket.destroy();
  }
}
