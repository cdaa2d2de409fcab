/** Text out of an input: parsers of text are fuzzed by bytes, too. */

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** The input as UTF-8, with U+FFFD where it is none: the host's own decoder, so that ours is not relied upon. */
export function textOf(input: Uint8Array): string {
  return decoder.decode(input);
}
