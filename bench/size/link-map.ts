/** What the linker put into an image, by its map (GNU ld's `-Map`). */

/** Output sections that lie in flash; `.data` and `.tdata` are copied from there at start-up. */
const FLASH_SECTIONS = [".init", ".text", ".data", ".tdata"];
/** Sections in RAM, besides the C stack. */
const RAM_SECTIONS = [".data", ".tdata", ".tbss", ".bss"];

/** Whose an object is, by its path. What the linker got from the compiler's temporary file is the archive. */
const OWNERS: readonly (readonly [path: RegExp, owner: string])[] = [
  [/\/engine\/[^/]+\.o$/u, "engine"],
  [/\/host\/crypto\/|\/mbedtls\/|\/libsodium\//u, "crypto"],
  [/\/host\//u, "host"],
  [/\.a\(|\/crt[^/]*\.o$/u, "C library"],
];
export const ARCHIVE = "archive";

export interface LinkMap {
  /** Bytes of flash by owner: engine, crypto, host, C library, archive, padding. */
  readonly flash: ReadonlyMap<string, number>;
  /** Bytes of data by owner. */
  readonly ram: ReadonlyMap<string, number>;
}

function ownerOf(path: string): string {
  return OWNERS.find(([pattern]) => pattern.test(path))?.[1] ?? ARCHIVE;
}

/** A piece of an output section: from its address to that of the next one. */
interface Piece {
  readonly section: string;
  readonly owner: string;
  readonly address: number;
}

const LINE = /^( ?)(\.\S+|\*fill\*|COMMON)\s+0x([\da-f]+)\s+0x([\da-f]+)(?: (.+))?$/u;
const END = "end";

/** Pieces in the order of their addresses, each section closed by one of nobody. */
function readPieces(text: string): Piece[] {
  const placed = text.slice(text.indexOf("Linker script and memory map"));
  // A long name has the rest of its line on the next one.
  const lines = placed.replaceAll(/^( ?\.\S+)\n\s+0x/gmu, "$1 0x").split("\n");
  const pieces: Piece[] = [];
  let section = "";
  for (const line of lines) {
    const [, indent, name, at, size, path] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    const address = Number.parseInt(at!, 16);
    const bytes = Number.parseInt(size!, 16);
    if (indent === "") {
      section = name;
      pieces.push({ section, owner: END, address: address + bytes });
    } else if (bytes > 0)
      pieces.push({ section, owner: path === undefined ? "padding" : ownerOf(path), address });
  }
  return pieces.sort((one, other) => one.address - other.address || Number(one.owner === END) - 1);
}

/**
 * By addresses, not by sizes: those are what they were before equal strings were merged and code was relaxed.
 *
 * @param text of the map
 */
export function readLinkMap(text: string): LinkMap {
  const flash = new Map<string, number>();
  const ram = new Map<string, number>();
  for (const wanted of new Set([...FLASH_SECTIONS, ...RAM_SECTIONS])) {
    const pieces = readPieces(text).filter(({ section }) => section === wanted);
    for (const [index, { owner, address }] of pieces.entries()) {
      const bytes = (pieces[index + 1]?.address ?? address) - address;
      if (owner === END) continue;
      if (FLASH_SECTIONS.includes(wanted)) flash.set(owner, (flash.get(owner) ?? 0) + bytes);
      if (RAM_SECTIONS.includes(wanted)) ram.set(owner, (ram.get(owner) ?? 0) + bytes);
    }
  }
  return { flash, ram };
}
