/** Reads an archive of bytecode: hosts/xs/modules/archive.h. */

const MAGIC = 0x32425358;
/** Places of the header's fields. */
const SIZE = 12;
const KEY_COUNT = 16;
const KEYS = 24;
const MODULE_COUNT = 28;
const MODULES = 32;
const MODULE_BYTES = 12;

/** Where a module's code lies. */
export interface ModuleCode {
  readonly name: string;
  readonly offset: number;
  readonly bytes: number;
}

export interface BytecodeArchive {
  readonly modules: readonly ModuleCode[];
  /** Names of properties and modules: their texts, and how many they are. */
  readonly nameBytes: number;
  readonly nameCount: number;
  /** All of it. */
  readonly bytes: number;
}

/** @throws {RangeError} when it is none */
export function readArchive(archive: Buffer): BytecodeArchive {
  if (archive.readUInt32LE(0) !== MAGIC) throw new RangeError("expected an archive of bytecode");
  const modules: ModuleCode[] = [];
  const table = archive.readUInt32LE(MODULES);
  for (let index = 0; index < archive.readUInt32LE(MODULE_COUNT); index += 1) {
    const entry = table + index * MODULE_BYTES;
    const path = archive.readUInt32LE(entry);
    modules.push({
      name: archive.toString("latin1", path, archive.indexOf(0, path)),
      offset: archive.readUInt32LE(entry + 4),
      bytes: archive.readUInt32LE(entry + 8),
    });
  }
  const bytes = archive.readUInt32LE(SIZE);
  const nameBytes = bytes - archive.readUInt32LE(KEYS);
  return { modules, nameBytes, nameCount: archive.readUInt32LE(KEY_COUNT), bytes };
}
