/**
 * A relay between the client and the server of a lab, which hands responses on in outer blocks, as a proxy may: RFC 8613
 * §4.1.3.4.2, RFC 7959 §2.4. It sees nothing but bytes.
 */

import { toHex } from "../../../../../src/bytes/hex.js";
import { blockBytes, blockOption, encodeBlock } from "../../../../../src/coap/bodies/block/block.js";
import { REQUEST_ENTITY_TOO_LARGE } from "../../../../../src/coap/codec/code.js";
import { ACK, Message, encodeMessage } from "../../../../../src/coap/codec/message.js";
import { BLOCK1, BLOCK2, OBSERVE, OSCORE, SIZE2 } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import type { VirtualHost } from "../../../../portable.js";
import { CLIENT, SERVER, type ProtectedLab } from "./protected-lab.js";

const RELAY = "fd00::3";
const PORT = 5683;

type Socket = InstanceType<VirtualHost["udp"]>;

/** One block on its way to the client. */
export interface Piece {
  readonly type: number;
  readonly code: number;
  readonly messageId: number;
  readonly token: Uint8Array;
  readonly options: Options;
  readonly payload: Uint8Array;
}

export class CuttingRelay {
  /** Requests of the client for further blocks. */
  readonly blockRequests: Message[] = [];
  /** The longest payload of a request that it takes, and the blocks that it would take in place of a longer one. */
  largestRequest: { readonly bytes: number; readonly szx: number } = { bytes: Infinity, szx: 6 };
  /** What becomes of a block; nothing where it is lost. */
  tamper: (piece: Piece, number: number) => Piece | undefined = (piece) => piece;
  readonly #lab: ProtectedLab;
  readonly #szx: number;
  readonly #front: Socket;
  readonly #back: Socket;
  /** Value of the OSCORE option of each request, by its token. */
  readonly #requests = new Map<string, string>();
  /** The response that came last, by the OSCORE option of its request. */
  readonly #responses = new Map<string, Message>();

  constructor(lab: ProtectedLab, szx: number) {
    this.#lab = lab;
    this.#szx = szx;
    const host = lab.world.host(RELAY);
    const listen = (port: number, hear: (bytes: Uint8Array) => void): Socket => {
      const socket: Socket = new host.udp({
        port,
        onReadable: () => {
          for (let datagram = socket.read(); datagram; datagram = socket.read()) {
            const bytes = new Uint8Array(datagram);
            // Apart from the delivery, as a host would: a device's stack is short.
            lab.world.time.set(() => hear(bytes), 0);
          }
        },
      });
      return socket;
    };
    this.#front = listen(PORT, (bytes) => this.#fromClient(bytes));
    this.#back = listen(PORT + 1, (bytes) => this.#fromServer(bytes));
  }

  uri(path: string): string {
    return `coap://[${RELAY}]/${path}`;
  }

  #fromClient(bytes: Uint8Array): void {
    const message = new Message(bytes);
    const block = blockOption(message.options, BLOCK2);
    const option = message.options.first(OSCORE);
    const { bytes: largest, szx } = this.largestRequest;
    if (message.payload.length > largest) {
      const options = new Options().addUint(BLOCK1, encodeBlock(0, false, szx));
      this.send({ ...CuttingRelay.refusal(message, REQUEST_ENTITY_TOO_LARGE), options });
      return;
    }
    if (!block || !option) {
      if (option) this.#requests.set(toHex(message.token), toHex(option));
      this.#back.write(bytes, SERVER, PORT);
      return;
    }
    this.blockRequests.push(message);
    const response = this.#responses.get(toHex(option));
    if (response) this.#sendBlock(response, ACK, message, block.number);
  }

  #fromServer(bytes: Uint8Array): void {
    const message = new Message(bytes);
    const request = this.#requests.get(toHex(message.token));
    if (request === undefined || message.payload.length <= blockBytes(this.#szx))
      this.#front.write(bytes, CLIENT, this.#lab.client.port);
    else {
      this.#responses.set(request, message);
      this.#sendBlock(message, message.type, message, 0);
    }
  }

  #sendBlock(
    { code, options, payload }: Message,
    type: number,
    { messageId, token }: Message,
    number: number,
  ): void {
    const size = blockBytes(this.#szx);
    const end = (number + 1) * size;
    const outer = new Options().addAll(options);
    outer.addUint(BLOCK2, encodeBlock(number, end < payload.length, this.#szx));
    if (number === 0) outer.addUint(SIZE2, payload.length);
    else outer.remove(OBSERVE);
    const piece = this.tamper(
      { type, code, messageId, token, options: outer, payload: payload.subarray(number * size, end) },
      number,
    );
    if (piece) this.send(piece);
  }

  /** Sends the client a message. */
  send({ type, code, messageId, token, options, payload }: Piece): void {
    const buffer = new Uint8Array(1500);
    const length = encodeMessage(buffer, type, code, messageId, token, options, payload);
    this.#front.write(buffer.slice(0, length), CLIENT, this.#lab.client.port);
  }

  /** An answer of the relay's own in place of a block. */
  static refusal({ messageId, token }: Pick<Piece, "messageId" | "token">, code: number): Piece {
    return { type: ACK, code, messageId, token, options: new Options(), payload: new Uint8Array(0) };
  }
}
