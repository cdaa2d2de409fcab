/** Frames between a board in QEMU and the gateway: hosts/xs/riscv/gateway.h says what they mean. */

export const FrameKind = {
  open: 1,
  close: 2,
  join: 3,
  leave: 4,
  /** Added to the kind of a request. */
  answer: 0x80,
  datagram: 0x10,
  failure: 0x11,
  stop: 0x20,
  report: 0x21,
} as const;

/** Larger ones are dropped by the board's network device. */
export const MAX_FRAME = 2036;

const HEADER_SIZE = 6;
const MULTICAST = 1;

export interface Frame {
  readonly kind: number;
  /** Number that the board has given the socket. */
  readonly socket: number;
  /** A peer's, the socket's own in an answer, or an exit code. */
  readonly port: number;
  readonly multicast: boolean;
  /** Numeric, of a peer, group or interface; may be empty. */
  readonly address: string;
  /** A datagram, or why something failed. */
  readonly rest: Uint8Array;
}

export function encodeFrame(frame: Partial<Frame> & Pick<Frame, "kind">): Uint8Array {
  const { kind, socket = 0, port = 0, multicast = false, address = "", rest = new Uint8Array(0) } = frame;
  const header = Buffer.alloc(HEADER_SIZE);
  header[0] = kind;
  header[1] = socket;
  header.writeUInt16BE(port, 2);
  header[4] = multicast ? MULTICAST : 0;
  header[5] = address.length;
  return Buffer.concat([header, Buffer.from(address, "latin1"), rest]);
}

/** @returns undefined when the bytes are no frame */
export function decodeFrame(bytes: Uint8Array): Frame | undefined {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = HEADER_SIZE + (buffer[5] ?? 0);
  if (buffer.length < HEADER_SIZE || buffer.length < end) return undefined;
  return {
    kind: buffer[0]!,
    socket: buffer[1]!,
    port: buffer.readUInt16BE(2),
    multicast: (buffer[4]! & MULTICAST) !== 0,
    address: buffer.toString("latin1", HEADER_SIZE, end),
    rest: buffer.subarray(end),
  };
}
