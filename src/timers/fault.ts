/** What a log says of an error that nobody expected. */

/** One line that tells what was thrown, whatever it is. */
export function describeError(error: unknown): string {
  let text: string;
  try {
    text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    // Such as an object without a prototype, which has no text.
    return "an error that cannot be shown";
  }
  // What a peer said may be in it: it must not begin a line of its own.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/gu, " ");
}
