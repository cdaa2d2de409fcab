/** Byte strings as diagnostic notation writes them: in base16, base32, base32hex and base64. RFC 8949 §8, RFC 4648. */

const BASE_64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** What a digit stands for in the base that a prefix names, or -1. */
function digitValue(prefix: string, digit: string): number {
  switch (prefix) {
    case "h":
      return "0123456789abcdef".indexOf(digit.toLowerCase());
    case "h32":
      return "0123456789ABCDEFGHIJKLMNOPQRSTUV".indexOf(digit.toUpperCase());
    case "b32":
      return "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(digit.toUpperCase());
    default:
      // Either alphabet of RFC 4648, §4 and §5.
      return BASE_64.indexOf(digit === "-" ? "+" : digit === "_" ? "/" : digit);
  }
}

/** Bits of a digit by the prefix. */
function digitBits(prefix: string): number | undefined {
  switch (prefix) {
    case "h":
      return 4;
    case "h32":
    case "b32":
      return 5;
    case "b64":
      return 6;
    default:
      return undefined;
  }
}

/** Whether byte strings may have this prefix: `h`, `h32`, `b32` or `b64`. */
export function isBytePrefix(prefix: string): boolean {
  return digitBits(prefix) !== undefined;
}

/**
 * The bytes that digits stand for; white space between them is passed over, as is padding at the end.
 * @param prefix one for which {@link isBytePrefix} holds
 * @returns undefined where something is no digit, or digits are missing
 */
export function decodeDigits(prefix: string, digits: string): Uint8Array | undefined {
  const bitsEach = digitBits(prefix)!;
  const bytes = new Uint8Array(Math.floor((digits.length * bitsEach) / 8));
  let length = 0;
  let pending = 0;
  let bits = 0;
  let padded = false;
  for (const digit of digits) {
    if (digit === " " || digit === "\n" || digit === "\r" || digit === "\t") continue;
    if (digit === "=" && prefix !== "h") {
      padded = true;
      continue;
    }
    const value = digitValue(prefix, digit);
    if (value < 0 || padded) return undefined;
    pending = ((pending << bitsEach) | value) & 0xfff;
    bits += bitsEach;
    if (bits < 8) continue;
    bits -= 8;
    bytes[length] = pending >> bits;
    length += 1;
  }
  // What is left over is less than a digit, and zero (RFC 4648 §3.5).
  if (bits >= bitsEach || (pending & ((1 << bits) - 1)) !== 0) return undefined;
  return bytes.subarray(0, length);
}
