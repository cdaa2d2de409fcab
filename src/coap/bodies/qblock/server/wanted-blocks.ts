/** Which blocks of a representation the Q-Block2 options of a request stand for. RFC 9177 §4.4. */

import { BAD_REQUEST } from "../../../codec/code.js";
import type { Message } from "../../../codec/message.js";
import { Q_BLOCK2 } from "../../../codec/option-number.js";
import { decodeUint } from "../../../../bytes/uint.js";
import { decodeBlock, type Block } from "../../block/block.js";
import { RequestError } from "../../../server/request-error.js";

export class WantedBlocks {
  readonly #blocks: readonly Block[];
  readonly szx: number;

  /** @throws {RequestError} 4.00 for block numbers that do not ascend, sizes that differ, and the reserved size */
  constructor(request: Message) {
    const blocks = request.options.all(Q_BLOCK2).map((value) => decodeBlock(decodeUint(value)));
    const [first] = blocks;
    this.#blocks = blocks.filter((block) => block !== undefined);
    if (
      !first ||
      this.#blocks.some((block) => block.szx !== first.szx) ||
      this.#blocks.length < blocks.length
    )
      throw new RequestError(BAD_REQUEST, "expected one block size from 16 to 1024 in Q-Block2");
    if (this.#blocks.some((block, index) => index > 0 && block.number <= this.#blocks[index - 1]!.number))
      throw new RequestError(BAD_REQUEST, "expected Q-Block2 options with ascending block numbers");
    this.szx = first.szx;
  }

  /** The whole body is asked for, as it is now. */
  get whole(): boolean {
    const [first] = this.#blocks;
    return this.#blocks.length === 1 && first!.number === 0 && first!.more;
  }

  /** Number of the block to go on with, where it is a 'Continue': all blocks before it have been received. */
  continuation(maxPayloads: number): number | undefined {
    const [first] = this.#blocks;
    const { number, more } = first!;
    return this.#blocks.length === 1 && more && number > 0 && number % maxPayloads === 0 ? number : undefined;
  }

  /** Numbers of the blocks, each once, ascending; M stands for the rest of its MAX_PAYLOADS_SET. */
  numbers(maxPayloads: number, blockCount: number): number[] {
    const numbers: number[] = [];
    for (const { number, more } of this.#blocks) {
      const end = more ? (Math.floor(number / maxPayloads) + 1) * maxPayloads : number + 1;
      const start = Math.max(number, (numbers.at(-1) ?? -1) + 1);
      for (let wanted = start; wanted < Math.min(end, blockCount); wanted += 1) numbers.push(wanted);
    }
    return numbers;
  }
}
