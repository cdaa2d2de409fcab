/**
 * The limits of key-value storage, checked alike by every host and simulation. Domain names obey those of keys.
 * Fifteen characters are what the key-value storage of an ESP32 takes (ESP-IDF, NVS library: "maximum key length
 * is currently 15 characters"); 4000 bytes are its longest string value.
 */

export const MAX_KEY_LENGTH = 15;
export const MAX_VALUE_BYTES = 4000;

/** A key or domain name is empty, too long, or has a character outside a-z, 0-9, `.`, `-` and `_`. */
export class StorageKeyError extends Error {
  override name = "StorageKeyError";
}

/** A value is too long. */
export class StorageValueError extends Error {
  override name = "StorageValueError";
}

/** There is no room for a value. */
export class StorageFullError extends Error {
  override name = "StorageFullError";
}

/** A value was stored, and is damaged. */
export class StorageCorruptError extends Error {
  override name = "StorageCorruptError";
}

/** So many blocks of a flash memory fail that nothing can be written any more; what is stored can still be read. */
export class StorageWornError extends Error {
  override name = "StorageWornError";
}

/** What is stored has another format, which would be destroyed by writing. */
export class StorageFormatError extends Error {
  override name = "StorageFormatError";
}

function isKeyCharacter(code: number): boolean {
  return (
    (code >= 0x61 && code <= 0x7a) ||
    (code >= 0x30 && code <= 0x39) ||
    code === 0x2e ||
    code === 0x2d ||
    code === 0x5f
  );
}

/**
 * Checks a key or the name of a domain. `.` and `..` are refused too, since a host may use the key as a file name.
 * @throws {StorageKeyError} naming the key and what is wrong with it
 */
export function checkKey(key: string): void {
  if (key.length < 1 || key.length > MAX_KEY_LENGTH)
    throw new StorageKeyError(
      `expected a storage key of 1 to ${MAX_KEY_LENGTH} characters, got ${key.length}: ${JSON.stringify(key)}`,
    );
  for (let index = 0; index < key.length; index++)
    if (!isKeyCharacter(key.charCodeAt(index)))
      throw new StorageKeyError(
        `expected a-z, 0-9, ".", "-" or "_" at position ${index} of storage key ${JSON.stringify(key)}`,
      );
  if (key === "." || key === "..") throw new StorageKeyError(`"${key}" cannot be a storage key`);
}

/**
 * Checks the length of a value.
 * @throws {StorageValueError} naming the key and the length
 */
export function checkValue(key: string, value: Uint8Array): void {
  if (value.length > MAX_VALUE_BYTES)
    throw new StorageValueError(
      `expected at most ${MAX_VALUE_BYTES} bytes for storage key "${key}", got ${value.length}`,
    );
}
