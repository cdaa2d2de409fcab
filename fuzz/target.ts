/** What is fuzzed: a parser of what comes from outside, and what has to hold of everything that it accepts. */

import type { SeededRandom } from "../simulators/random.js";

/** The class of an error, for `instanceof`. */
export type ErrorClass = abstract new (...args: never[]) => Error;

export interface Target<T = unknown> {
  /** Names the corpus: `fuzz/corpus/NAME.hex`. */
  readonly name: string;
  /** What the parser says that it throws; everything else is a finding. */
  readonly errors: readonly ErrorClass[];
  /** Words of the format, which mutation inserts. */
  readonly dictionary?: readonly (string | Uint8Array)[];
  /** One execution plays a scene with whole endpoints: few are tried in `make test`, and none is timed. */
  readonly isSlow?: boolean;
  /** Longest input, in bytes; {@link MAX_INPUT_BYTES} where absent. */
  readonly maxBytes?: number;
  /** Gives the input to the parser, or to all that it sets off: then when that has come to its end. */
  parse(input: Uint8Array): T | Promise<T>;
  /** Throws where something does not hold of what was accepted, such as that its encoding is read as the same. */
  check?(value: T, input: Uint8Array): void;
  /** Throws where something should have been accepted. */
  checkRefusal?(input: Uint8Array): void;
  /** An input of the format's shape, which mutation alone would rarely arrive at. */
  compose?(random: SeededRandom): Uint8Array;
}

/** Longest input of a target that names no other length: room for repetition, short enough to be quick. */
export const MAX_INPUT_BYTES = 512;

export type Outcome = "accepted" | "rejected" | { readonly error: unknown };

/** Runs a target once. */
export async function execute(target: Target, input: Uint8Array): Promise<Outcome> {
  let value: unknown;
  try {
    const parsed = target.parse(input);
    value = parsed instanceof Promise ? await parsed : parsed;
  } catch (error) {
    if (!target.errors.some((errorClass) => error instanceof errorClass)) return { error };
    return conclude("rejected", () => target.checkRefusal?.(input));
  }
  return conclude("accepted", () => target.check?.(value, input));
}

/** Here no error is one of the parser's. */
function conclude(outcome: Outcome, check: () => void): Outcome {
  try {
    check();
  } catch (error) {
    return { error };
  }
  return outcome;
}
