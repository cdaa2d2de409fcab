/** Where a device says what a person should know. */

export interface Console {
  /** Writes one line, whole and at once. */
  log(line: string): void;
}
