/** What of the firmware's image lies in flash, by part: machine code, bytecode, and what is preloaded. */

import type { Part } from "../../hosts/node/images/link/census-parts.js";
import { readArchive, type ModuleCode } from "./archive.js";
import { ARCHIVE, readLinkMap } from "./link-map.js";
import { SHARED, featureOf, namesByOwner } from "./names.js";
import type { Memory } from "./statistics.js";

/** Of a table of addresses. */
const ADDRESS_BYTES = 4;

export interface FlashSources {
  /** The linker's map of the image. */
  readonly map: string;
  /** The bytecode in the image. */
  readonly archive: Buffer;
  /** Whose the code of a linked module is: ranges of the archive, in its order. */
  readonly parts: readonly Part[];
  /** What the census wrote: hosts/xs/census/census.c. */
  readonly census: string;
  /** Which module uses which names: {@link namesByOwner}. */
  readonly names: string;
  /** Of the root machine in the image. */
  readonly preloaded: Memory;
}

/** What a folder's modules take. */
export interface FolderBytes {
  readonly bytecodeBytes: number;
  readonly preloadedBytes: number;
}

export interface Flash {
  readonly bytes: number;
  /** Bytes by part; bytecode and what it makes while it is loaded by folder. */
  readonly parts: Readonly<Record<string, number>>;
  /** What of that is a feature's: its folders, and the names that it alone uses. */
  readonly features: Readonly<Record<string, number>>;
  readonly folders: Readonly<Record<string, FolderBytes>>;
  readonly rootHeapBytes: number;
  /** RAM of the host in C, by owner. */
  readonly hostRam: ReadonlyMap<string, number>;
}

/** Bytes by the names in lines of `census: NAME SLOT-BYTES CHUNK-BYTES`. */
function readCensus(census: string): Map<string, number> {
  const lines = census.matchAll(/^census: (\S+) (\d+) (\d+)$/gmu);
  return new Map([...lines].map(([, name, slots, chunks]) => [name!, Number(slots) + Number(chunks)]));
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

function byFolder(code: ReadonlyMap<string, number>, census: ReadonlyMap<string, number>): Flash["folders"] {
  const folders: Record<string, { bytecodeBytes: number; preloadedBytes: number }> = {};
  for (const [path, codeBytes] of [...code].sort()) {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    folders[folder] ??= { bytecodeBytes: 0, preloadedBytes: 0 };
    folders[folder].bytecodeBytes += codeBytes;
    folders[folder].preloadedBytes += census.get(path) ?? 0;
  }
  return folders;
}

/** Bytes of code by source: each part goes to the next one, or to the end of its module. */
function codeBySource(modules: readonly ModuleCode[], parts: readonly Part[]): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const module of modules) {
    const end = module.offset + module.bytes;
    const inside = parts.filter(({ offset }) => offset >= module.offset && offset < end);
    // What is before the first one is there for all of them.
    const starts = [{ offset: module.offset, source: inside[0]?.source ?? module.name }, ...inside];
    for (const [index, { offset, source }] of starts.entries()) {
      const own = (starts[index + 1]?.offset ?? end) - offset;
      if (own > 0) bytes.set(source, (bytes.get(source) ?? 0) + own);
    }
  }
  return bytes;
}

/** @throws {Error} when the census is not of what the image preloads */
export function readFlash({
  map,
  archive,
  parts: sources,
  census: lines,
  names,
  preloaded,
}: FlashSources): Flash {
  const { flash: code, ram: hostRam } = readLinkMap(map);
  const { modules, nameBytes, nameCount, bytes: archiveBytes } = readArchive(archive);
  const codeBytes = codeBySource(modules, sources);
  const census = readCensus(lines);
  const heapBytes = preloaded.slotBytes + preloaded.chunkBytes;
  if (sum(census.values()) !== heapBytes)
    throw new Error(`expected a census of ${heapBytes} preloaded bytes, got ${sum(census.values())}`);
  const folders = byFolder(codeBytes, census);
  const nameTableBytes = nameCount * ADDRESS_BYTES;
  const parts = {
    engine: code.get("engine") ?? 0,
    host: code.get("host") ?? 0,
    "C library": code.get("C library") ?? 0,
    crypto: code.get("crypto") ?? 0,
    // Between sections, and around the archive.
    padding: (code.get("padding") ?? 0) + (code.get(ARCHIVE) ?? 0) - archiveBytes,
    primordials: (census.get("engine") ?? 0) + preloaded.tableBytes - nameTableBytes,
    names: (census.get("names") ?? 0) + nameBytes + nameTableBytes,
    "module tables": (census.get("rest") ?? 0) + archiveBytes - nameBytes - sum(codeBytes.values()),
    ...Object.fromEntries(
      Object.entries(folders).map(([folder, own]) => [folder, own.bytecodeBytes + own.preloadedBytes]),
    ),
  };
  const rootHeapBytes = heapBytes + preloaded.tableBytes;
  const namePlaces = (census.get("names") ?? 0) / nameCount + ADDRESS_BYTES;
  const features = byFeature(parts, names, namePlaces);
  return { bytes: sum(Object.values(parts)), parts, features, folders, rootHeapBytes, hostRam };
}

/** @param namePlaces bytes that each name takes beside its text */
function byFeature(
  parts: Readonly<Record<string, number>>,
  names: string,
  namePlaces: number,
): Record<string, number> {
  const features: Record<string, number> = {};
  for (const [part, bytes] of Object.entries(parts)) {
    const feature = featureOf(part);
    if (feature !== undefined) features[feature] = (features[feature] ?? 0) + bytes;
  }
  for (const [owner, { bytes, count }] of namesByOwner(names))
    if (owner !== SHARED) features[owner] = (features[owner] ?? 0) + Math.round(bytes + count * namePlaces);
  return features;
}
