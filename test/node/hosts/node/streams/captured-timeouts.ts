/** Stands in for `setTimeout`, so that a test need not wait. */

export interface CapturedTimeout {
  readonly callback: () => void;
  readonly delayMs: number;
}

/** Calls `use`, and gives the timeouts that it has set; they do not fire by themselves. */
export function captureTimeouts(use: () => void): CapturedTimeout[] {
  const captured: CapturedTimeout[] = [];
  const original = globalThis.setTimeout;
  const stub = (callback: () => void, delayMs: number): { unref(): void } => {
    captured.push({ callback, delayMs });
    return { unref: () => {} };
  };
  globalThis.setTimeout = stub as unknown as typeof setTimeout;
  try {
    use();
  } finally {
    globalThis.setTimeout = original;
  }
  return captured;
}
