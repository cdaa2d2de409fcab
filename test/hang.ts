/** When to give up on what hangs. No assertion: a machine may be as slow as it is, so long as something happens. */

/** A program that a test has started and that writes nothing for so long hangs. Less than a test has (.mocharc.json). */
export const HANG_MS = 150_000;

/** For a test that takes minutes on a quiet machine. */
export const LONG_TEST_MS = 3_600_000;
