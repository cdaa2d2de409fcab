/**
 * Reads the flash log by docs/storage-format.md. It was written from that page and knows nothing of src/storage: what
 * the two disagree on is a fault of the page or of the storage.
 */

import { crc32 } from "node:zlib";

/** The memory is of another format, or of another write unit. */
export class OtherFormatError extends Error {
  override name = "OtherFormatError";
}

/** What a reader must know besides the bytes. */
export interface MemoryLayout {
  readonly blockLength: number;
  readonly unit: number;
}

/** A value by its name `domain/key`; undefined is one that is damaged. */
export type LoggedValues = Map<string, Buffer | undefined>;

interface Header {
  readonly bytes: Buffer;
  readonly purpose: number;
  readonly broken: number;
  readonly sequence: number;
  readonly oldest: number;
  readonly previous: number;
  readonly previousEnd: number;
}

type Kind = 1 | 2 | 3 | 4;
const VALUE = 1;
const DELETION = 2;
const COPY = 3;
const MARK = 4;

interface LogRecord {
  readonly offset: number;
  readonly size: number;
  readonly isWhole: boolean;
  readonly kind: Kind;
  readonly commits: boolean;
  readonly version: number;
  readonly valueLength: number;
  readonly chunk: number;
  readonly index: number;
  readonly name: string;
  readonly data: Buffer;
}

interface Scan {
  readonly end: number;
  readonly mark: LogRecord | undefined;
  readonly hasCopiesOnly: boolean;
}

const HEADER_BYTES = 28;
const MAGIC = "CoKV";
const ERASED = 0xff;
const CHUNK = 512;
const LONGEST = 626;

const chunksOf = (valueLength: number): number => Math.max(1, Math.ceil(valueLength / CHUNK));

class LogReader {
  readonly #blocks: Header[] = [];
  readonly #align: (count: number) => number;
  readonly #unit: number;

  constructor(memory: Uint8Array, { blockLength, unit }: MemoryLayout) {
    this.#unit = unit;
    this.#align = (count) => Math.ceil(count / unit) * unit;
    for (let start = 0; start < memory.length; start += blockLength) {
      const header = this.#header(Buffer.from(memory.subarray(start, start + blockLength)));
      if (header !== undefined) this.#blocks.push(header);
    }
    // Of two with the same number, the one at the lower address stays first.
    this.#blocks.sort((a, b) => b.sequence - a.sequence);
  }

  values(): LoggedValues {
    const chunks = this.#replay();
    const values: LoggedValues = new Map();
    for (const [name, parts] of chunks) {
      const first = parts.get(0);
      if (first === undefined) continue;
      const all = Array.from({ length: chunksOf(first.valueLength) }, (_, chunk) => parts.get(chunk));
      const isWhole = all.every((part) => part?.version === first.version);
      values.set(name, isWhole ? Buffer.concat(all.map((part) => part!.data)) : undefined);
    }
    return values;
  }

  #header(block: Buffer): Header | undefined {
    for (const at of [0, this.#align(HEADER_BYTES)]) {
      const copy = block.subarray(at, at + HEADER_BYTES);
      if (copy.toString("latin1", 0, 4) !== MAGIC || copy.readUInt32BE(24) !== crc32(copy.subarray(0, 24)))
        continue;
      if (copy[4] !== 1 || copy[6] !== this.#unit) throw new OtherFormatError(copy.toString("hex"));
      const [sequence = 0, oldest = 0, previous = 0, previousEnd = 0] = [8, 12, 16, 20].map((field) =>
        copy.readUInt32BE(field),
      );
      if (oldest < 1 || oldest > sequence || previous >= sequence) continue;
      return { bytes: block, purpose: copy[5]!, broken: copy[7]!, sequence, oldest, previous, previousEnd };
    }
    return undefined;
  }

  /** The record at an offset; undefined when it is unreadable. */
  #record(block: Buffer, offset: number): LogRecord | undefined {
    const bytes = block.subarray(offset);
    if (bytes.length < 20 || bytes.readUInt32BE(12) !== crc32(bytes.subarray(0, 12))) return undefined;
    const kind = bytes[0]! & 0x7f;
    const domainLength = bytes[1]! >> 4;
    const nameEnd = 16 + domainLength + (bytes[1]! & 0x0f);
    const [dataLength, valueLength] = [bytes.readUInt16BE(2), bytes.readUInt16BE(8)];
    const version = bytes.readUInt32BE(4);
    const [chunk, index] = [bytes[10]!, bytes[11]!];
    if (kind === VALUE || kind === COPY) {
      if (valueLength > 4000 || chunk >= chunksOf(valueLength)) return undefined;
      if (dataLength !== Math.min(CHUNK, valueLength - CHUNK * chunk)) return undefined;
    } else if (kind === DELETION || kind === MARK) {
      if (dataLength !== 0 || (kind === MARK && version < 1)) return undefined;
    } else return undefined;
    const dataEnd = nameEnd + dataLength;
    if (dataEnd + 4 > bytes.length) return undefined;
    const name = bytes.toString("latin1", 16, nameEnd);
    return {
      offset,
      size: this.#align(dataEnd + 4),
      isWhole:
        bytes.readUInt32BE(dataEnd) === crc32(bytes.subarray(16, dataEnd), crc32(bytes.subarray(0, 12))),
      kind,
      commits: (bytes[0]! & 0x80) !== 0,
      version,
      valueLength,
      chunk,
      index,
      name: `${name.slice(0, domainLength)}/${name.slice(domainLength)}`,
      data: bytes.subarray(nameEnd, dataEnd),
    };
  }

  #search(block: Buffer, unreadable: number, end: number): number {
    for (let offset = unreadable + this.#unit; offset < end; offset += this.#unit) {
      if (this.#record(block, offset)?.isWhole === true) return offset;
      if (isErased(block.subarray(offset, offset + LONGEST))) break;
    }
    return end;
  }

  #scan(block: Buffer): Scan {
    const records: LogRecord[] = [];
    let offset = 2 * this.#align(HEADER_BYTES);
    while (offset < block.length) {
      const record = this.#record(block, offset);
      if (record !== undefined) {
        records.push(record);
        offset += record.size;
        continue;
      }
      if (isErased(block.subarray(offset + 16, offset + 16 + LONGEST))) break;
      const next = this.#search(block, offset, block.length);
      if (next === block.length) break;
      offset = next;
    }
    if (records.at(-1)?.isWhole === false) offset = records.pop()!.offset;
    return {
      end: offset,
      mark: records.filter(({ kind }) => kind === MARK).at(-1),
      hasCopiesOnly: records.every(({ kind }) => kind === COPY),
    };
  }

  #replay(): Map<string, Map<number, LogRecord>> {
    const keys = new Map<string, Map<number, LogRecord>>();
    const { log, beginsWhole } = this.#log();
    let open: { version: number; next: number; records: LogRecord[] } | "any" | "none" = beginsWhole
      ? "any"
      : "none";
    const put = (record: LogRecord): void => {
      if (!keys.has(record.name)) keys.set(record.name, new Map());
      keys.get(record.name)!.set(record.chunk, record);
    };
    for (const { block, end } of log) {
      for (let offset = 2 * this.#align(HEADER_BYTES); offset < end;) {
        const record = this.#record(block, offset);
        if (record?.isWhole !== true) open = "none";
        if (record === undefined) {
          offset = this.#search(block, offset, end);
          continue;
        }
        offset += record.size;
        const { kind, version, index } = record;
        if (!record.isWhole || kind === MARK) continue;
        if (kind === COPY) {
          put(record);
          continue;
        }
        if (index === 0 || open === "any") open = { version, next: index, records: [] };
        if (open === "none" || version !== open.version || index !== open.next) {
          open = "none";
          continue;
        }
        open.next += 1;
        open.records.push(record);
        if (!record.commits) continue;
        for (const each of open.records) {
          if (each.kind === DELETION || each.chunk === 0) keys.delete(each.name);
          if (each.kind === VALUE) put(each);
        }
        open.records = [];
      }
    }
    return keys;
  }

  /** Blocks that count, from the first to the last, and where their records end. */
  #log(): { log: { block: Buffer; end: number }[]; beginsWhole: boolean } {
    for (const [position, last] of this.#blocks.entries()) {
      const { end, mark, hasCopiesOnly } = this.#scan(last.bytes);
      if (last.purpose === 2 && hasCopiesOnly) continue;
      const before = this.#blocks.slice(position + 1);
      const oldest = mark?.version ?? last.oldest;
      const broken = mark === undefined ? last.broken === 1 : mark.index !== 0;
      const log = [{ block: last.bytes, end }];
      let first = last;
      while (first.previous >= oldest) {
        const { previous, previousEnd } = first;
        const known = before.find(({ sequence }) => sequence === previous);
        const found = known ?? before.find(({ sequence }) => sequence < previous && sequence >= oldest);
        if (found === undefined) break;
        const foundEnd =
          known === undefined ? this.#scan(found.bytes).end : Math.min(previousEnd, found.bytes.length);
        log.unshift({ block: found.bytes, end: foundEnd });
        first = found;
      }
      return { log, beginsWhole: !broken && first.sequence === oldest };
    }
    return { log: [], beginsWhole: true };
  }
}

function isErased(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === ERASED);
}

/** All values of a memory. @throws {OtherFormatError} */
export function readLog(memory: Uint8Array, layout: MemoryLayout): LoggedValues {
  return new LogReader(memory, layout).values();
}
