/** Text of others on a terminal. */

/** Control characters but tab and line feed, and marks that change the direction of text or cannot be seen. */
const UNSAFE = /[^\P{Cc}\t\n]|[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/gu;

/** `text` with everything that could move the cursor or hide something written as \u{…}; CR LF becomes LF. */
export function printable(text: string): string {
  return text
    .replaceAll("\r\n", "\n")
    .replace(UNSAFE, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

/**
 * `value` as JSON on one line, without its end. What {@link printable} would not let through is escaped as JSON has it
 * (RFC 8259 §7), so a terminal is as safe, and a parser sees the text as it came.
 */
export function formatJsonLine(value: unknown): string {
  return JSON.stringify(value).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Whether `text` is free of control characters other than white space: text rather than data. */
export function isPlainText(text: string): boolean {
  return !/[^\P{Cc}\t\n\r\f]/u.test(text);
}
