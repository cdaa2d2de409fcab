/** Memory for JavaScript. */

/** Memory of a host that has little. */
export interface Memory {
  /** Bytes that nobody has needed since the start: what was left at the tightest moment. */
  leastFreeBytes(): number;
}
