/** One response body that somebody is reading. RFC 9177 §4.4, §7.2. */

import type { TimerHandle } from "../../../../ports/timers.js";
import { CoapError } from "../../../errors.js";
import type { Message } from "../../../codec/message.js";
import type { MessageSender } from "../../../messaging/messaging.js";
import type { Peer } from "../../../messaging/peer.js";
import type { BlockSender } from "../block-sets.js";
import type { ResponseBlocks } from "./response-blocks.js";

export class OutgoingBody {
  readonly peer: Peer;
  /** The request without what changes from block to block. */
  readonly key: Message;
  readonly blocks: ResponseBlocks;
  /** Message IDs of the blocks that were sent last, for a Reset. */
  readonly messageIds: number[] = [];
  readonly #sender: MessageSender;
  readonly #maxMessageIds: number;
  sender: BlockSender | undefined;
  deadline: TimerHandle | undefined;
  /** It is a notification of which not all has been sent: nobody takes its place. */
  notifying = false;
  /** Nothing more of it is sent, for whatever reason. */
  onDropped: (() => void) | undefined;
  /** The peer has rejected a Non-confirmable block. */
  onRejected: (() => void) | undefined;

  /** @param maxMessageIds how many blocks a Reset may be for */
  constructor(
    peer: Peer,
    key: Message,
    blocks: ResponseBlocks,
    sender: MessageSender,
    maxMessageIds: number,
  ) {
    this.peer = peer;
    this.key = key;
    this.blocks = blocks;
    this.#sender = sender;
    this.#maxMessageIds = maxMessageIds;
  }

  /**
   * Sends a Non-confirmable block.
   * @param asked see {@link ResponseBlocks.block}
   * @returns false where nothing could be sent
   */
  send(token: Uint8Array, number: number, asked = false): boolean {
    const { code, options, payload } = this.blocks.block(number, asked);
    try {
      const messageId = this.#sender.immediate(this.peer, { code, token, options, payload });
      if (messageId === undefined) return false;
      this.messageIds.push(messageId);
      if (this.messageIds.length > this.#maxMessageIds) this.messageIds.shift();
    } catch (error) {
      // As good as lost on the way.
      if (!(error instanceof CoapError)) throw error;
    }
    return true;
  }
}
