/** Time that passes. */

export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back, does not jump; fractions allowed. */
  monotonicMs(): number;
}
