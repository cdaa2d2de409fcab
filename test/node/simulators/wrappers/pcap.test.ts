import assert from "node:assert/strict";

import { capturedUDP, pcapHeader, pcapRecord, World } from "../../../../simulators/index.js";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

/** The sum of RFC 1071 over 16-bit words, with what a checksum in them makes of it: 0xffff. */
function onesComplementSum(...parts: readonly Uint8Array[]): number {
  let total = 0;
  for (const part of parts)
    for (let at = 0; at < part.length; at += 2) total += (part[at]! << 8) + (part[at + 1] ?? 0);
  while (total > 0xffff) total = (total >>> 16) + (total & 0xffff);
  return total;
}

describe("a capture", () => {
  it("draft-ietf-opsawg-pcap §4: begins with magic number, version 2.4, snapshot length and link type RAW", () => {
    assert.equal(hex(pcapHeader()), "a1b2c3d4000200040000000000000000" + "00040000" + "00000065");
  });

  it("RFC 791, RFC 768: an IPv4 datagram, its headers and checksums", () => {
    const record = pcapRecord({
      timeMs: 1_700_000_000_123.5,
      from: { address: "192.0.2.1", port: 5683 },
      to: { address: "198.51.100.7", port: 49152 },
      bytes: Uint8Array.of(0x40, 0x01, 0x12, 0x34, 0xff),
    });
    const view = new DataView(record.buffer);
    assert.deepEqual([view.getUint32(0), view.getUint32(4)], [1_700_000_000, 123_500]);
    assert.deepEqual([view.getUint32(8), view.getUint32(12)], [33, 33]);
    const [ip, udp] = [record.subarray(16, 36), record.subarray(36)];
    assert.equal(hex(ip.subarray(0, 10)), "45000021000000004011");
    assert.equal(onesComplementSum(ip), 0xffff);
    assert.equal(hex(ip.subarray(12)), "c0000201" + "c6336407");
    assert.equal(hex(udp.subarray(0, 6)), "1633" + "c000" + "000d");
    assert.equal(hex(udp.subarray(8)), "40011234ff");
    assert.equal(onesComplementSum(ip.subarray(12), Uint8Array.of(0, 17, 0, 13), udp), 0xffff);
  });

  it("RFC 8200 §3, §8.1: an IPv6 datagram", () => {
    const record = pcapRecord({
      timeMs: 5,
      from: { address: "fd00::1", port: 1 },
      to: { address: "ff02::fd", port: 5683 },
      bytes: Uint8Array.of(1, 2, 3, 4),
    });
    const [ip, udp] = [record.subarray(16, 56), record.subarray(56)];
    assert.equal(hex(ip.subarray(0, 8)), "60000000" + "000c" + "11" + "40");
    assert.equal(hex(ip.subarray(8, 24)), "fd000000000000000000000000000001");
    assert.equal(hex(ip.subarray(24)), "ff0200000000000000000000000000fd");
    assert.equal(onesComplementSum(ip.subarray(8), Uint8Array.of(0, 17, 0, 12), udp), 0xffff);
  });

  it("a port is captured both ways, in virtual time; an end that nobody knows is unspecified", async () => {
    const world = new World({ seed: 1 });
    const written: Uint8Array[] = [];
    const [one, other] = [world.host("fd00::1"), world.host("fd00::2")];
    const captured = capturedUDP(
      one.udp,
      (bytes) => void written.push(bytes),
      () => world.time.nowMs,
    );
    const socket = new captured({ port: 1000, onReadable: () => void socket.read() });
    const echo = new other.udp({
      port: 2000,
      onReadable: () => {
        const { address, port } = echo.read()!;
        echo.write(Uint8Array.of(2), address, port);
      },
    });
    socket.write(Uint8Array.of(1), "fd00::2", 2000);
    await world.time.advance(10);
    assert.equal(written.length, 3);
    assert.deepEqual(written[0], pcapHeader());
    const [own, remote] = [
      { address: "::", port: 1000 },
      { address: "fd00::2", port: 2000 },
    ];
    const [out, back] = [Uint8Array.of(1), Uint8Array.of(2)];
    assert.deepEqual(written[1], pcapRecord({ timeMs: 0, from: own, to: remote, bytes: out }));
    assert.deepEqual(written[2], pcapRecord({ timeMs: 2, from: remote, to: own, bytes: back }));
  });
});
