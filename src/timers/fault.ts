/** What a log says of an error that nobody expected. */

/** C0 controls, DEL and C1 controls. */
function isControl(code: number): boolean {
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/** Without regular expressions, as a device would have the engine's compiler of them for this alone. */
function withoutControls(text: string): string {
  let shown = "";
  for (const character of text) shown += isControl(character.codePointAt(0)!) ? " " : character;
  return shown;
}

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
  return withoutControls(text);
}
