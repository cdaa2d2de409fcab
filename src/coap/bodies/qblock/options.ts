/** Properties of the Q-Block options. RFC 9177 §4.1. */

import { Q_BLOCK1, Q_BLOCK2 } from "../../codec/option-number.js";

/** What an endpoint with {@link qBlock} recognizes besides other critical options. */
export const Q_BLOCK_OPTIONS: readonly number[] = Object.freeze([Q_BLOCK1, Q_BLOCK2]);
