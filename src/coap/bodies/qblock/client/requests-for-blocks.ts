/** Options of the requests of one transfer that ask for more of a response. RFC 9177 §4.4, §4.5. */

import { ETAG, IF_NONE_MATCH, OBSERVE, Q_BLOCK2 } from "../../../codec/option-number.js";
import { Options } from "../../../codec/options.js";
import { encodeBlock, type Block } from "../../block/block.js";

/** @param base options of the request as a whole */
export function optionsForBlocks(base: Options, blocks: readonly Block[]): Options {
  const options = new Options().addAll(base);
  // §4.4, §4.5, RFC 7959 §2.10
  for (const number of [ETAG, IF_NONE_MATCH, OBSERVE]) options.remove(number);
  for (const { number, more, szx } of blocks) options.addUint(Q_BLOCK2, encodeBlock(number, more, szx));
  return options;
}
