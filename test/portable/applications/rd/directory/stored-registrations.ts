/** Registrations of a directory, and their storage. */

import type { Registration } from "../../../../../src/applications/rd/directory/registration.js";
import { RegistrationStorage } from "../../../../../src/applications/rd/directory/storage.js";
import type { MemoryKeyValue } from "../../../../../src/storage/memory.js";

/** One whose document has so many bytes. */
export function registration(documentBytes: number, id = "0badcafe"): Registration {
  return {
    id,
    ep: "node1",
    lt: 600,
    base: "coap://h",
    hasExplicitBase: true,
    attributes: [["et", "a"]],
    document: "x".repeat(documentBytes),
    isSimple: false,
  };
}

/** @param lines get what it logs */
export function openRegistrations(keyValue: MemoryKeyValue, lines: string[] = []): RegistrationStorage {
  return new RegistrationStorage(keyValue.open({ path: "rd" }), { log: (line) => lines.push(line) });
}

/** What is stored, in order. */
export function storedKeys(keyValue: MemoryKeyValue): string[] {
  return [...{ [Symbol.iterator]: () => keyValue.open({ path: "rd" })[Symbol.iterator]() }].sort();
}
