/** Short stacks. */

/** Does something after the caller has returned, at once: a device's stack has 512 slots. */
export function inOwnJob(action: () => void): void {
  void Promise.resolve().then(action);
}
