/** ECMA-419's Listener class over node:net and node:tls. */

import type { Server, Socket } from "node:net";
import type { Listener, ListenerConstructor, TCP } from "../../../src/ports/tcp.js";
import { AcceptedSocket } from "./accepted-socket.js";
import { portOf } from "./open-port.js";

/** Where a connection is ready for its first byte: after TLS's handshake, where there is one. */
export type ConnectionEvent = "connection" | "secureConnection";

/**
 * The Listener class of a server that listens already: Node says only later whether the system gave it the port, a
 * constructor cannot wait. Connections that come before it is constructed are closed.
 */
export function listenerOf(server: Server, event: ConnectionEvent): ListenerConstructor {
  const refuse = (socket: Socket): void => void socket.destroy();
  server.on(event, refuse);
  return class NodeListener implements Listener {
    readonly #waiting: AcceptedSocket[] = [];
    readonly #onReadable: ((count: number) => void) | undefined;

    constructor({ onReadable }: { readonly onReadable?: (count: number) => void }) {
      this.#onReadable = onReadable;
      server.off(event, refuse);
      server.on(event, this.#onConnection);
    }

    get port(): number {
      return portOf(server);
    }

    read(): TCP | undefined {
      return this.#waiting.shift();
    }

    close(): void {
      server.off(event, this.#onConnection);
      server.close();
      for (const accepted of this.#waiting.splice(0)) accepted.close();
    }

    readonly #onConnection = (socket: Socket): void => {
      const accepted = new AcceptedSocket(socket);
      if (accepted.remotePort === 0) {
        accepted.close();
        return;
      }
      this.#waiting.push(accepted);
      this.#onReadable?.(1);
    };
  };
}
