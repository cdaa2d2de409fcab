/** What a medium does to the datagrams on it. Each draw is independent, from the network's seed. */
export interface Conditions {
  /** Probability, 0 to 1, that a datagram does not arrive. */
  readonly loss: number;
  /** Time on the way: a number, or a range from which it is drawn uniformly for each datagram. */
  readonly delayMs: number | readonly [least: number, most: number];
  /**
   * Queueing on top of `delayMs`, with a tail as real networks have it: a delay uniform from 0 to this, with
   * probability 1/2 another such, and so on ({@link MAX_JITTER_DRAWS} at most); its mean is `jitterMs`.
   */
  readonly jitterMs: number;
  /** Probability that a datagram arrives twice; the copy takes its own time. */
  readonly duplication: number;
  /** Probability that a datagram is held back for `reorderingMs`, so that later ones overtake it. */
  readonly reordering: number;
  readonly reorderingMs: number;
  /** Probability that one bit of the payload is turned over (as if the UDP checksum had missed it). */
  readonly corruption: number;
  /** Largest IP packet in bytes; a larger one is refused with an error to its sender, as nothing here fragments. */
  readonly mtuBytes: number;
}

export const MAX_JITTER_DRAWS = 20;

/** A short and perfect path, with the least MTU of IPv6 (RFC 8200 §5). */
export const PERFECT_CONDITIONS: Conditions = {
  loss: 0,
  delayMs: 1,
  jitterMs: 0,
  duplication: 0,
  reordering: 0,
  reorderingMs: 50,
  corruption: 0,
  mtuBytes: 1280,
};

function checkProbability(name: string, value: number): void {
  if (!(value >= 0 && value <= 1)) throw new RangeError(`expected ${name} from 0 to 1, got ${value}`);
}

function checkDelay(name: string, value: number): void {
  if (!(value >= 0 && Number.isFinite(value)))
    throw new RangeError(`expected ${name} of at least 0 ms, got ${value}`);
}

/** `base` with some of it replaced. @throws {RangeError} for a probability or a time out of range */
export function withConditions(base: Conditions, changes: Partial<Conditions>): Conditions {
  const conditions = { ...base, ...changes };
  checkProbability("loss", conditions.loss);
  checkProbability("duplication", conditions.duplication);
  checkProbability("reordering", conditions.reordering);
  checkProbability("corruption", conditions.corruption);
  const [least, most] = delayRange(conditions);
  checkDelay("delayMs", least);
  checkDelay("delayMs", most - least);
  checkDelay("jitterMs", conditions.jitterMs);
  checkDelay("reorderingMs", conditions.reorderingMs);
  if (!(conditions.mtuBytes > 0))
    throw new RangeError(`expected mtuBytes above 0, got ${conditions.mtuBytes}`);
  return conditions;
}

export function delayRange({ delayMs }: Pick<Conditions, "delayMs">): readonly [least: number, most: number] {
  return typeof delayMs === "number" ? [delayMs, delayMs] : delayMs;
}
