/** IP addresses beside Node's `net` and `URL`. */

import { formatIPv6, parseIPv4, parseIPv6 } from "../../../../src/coap/codec/address.js";
import { isIPv4, isIPv6 } from "node:net";
import { SeededRandom } from "../../../../simulators/random.js";
import assert from "node:assert/strict";

/** Numbers from 0 to `below` - 1, repeatable from a seed. */
function randomFrom(seed: number): (below: number) => number {
  const random = new SeededRandom(seed);
  return (below) => random.integer(0, below - 1);
}

function randomText(random: (below: number) => number, parts: readonly string[], longest: number): string {
  return Array.from({ length: 1 + random(longest) }, () => parts[random(parts.length)]!).join("");
}

describe("IP addresses beside Node's", () => {
  it("takes the same texts for IPv4 addresses as net.isIPv4", () => {
    const random = randomFrom(6);
    const parts = [
      "0",
      "1",
      "25",
      "99",
      "127",
      "199",
      "249",
      "255",
      "256",
      "300",
      "00",
      "01",
      ".",
      ".",
      ".",
      ".",
      "a",
      "-",
    ];
    let accepted = 0;
    for (let run = 0; run < 100_000; run += 1) {
      const text =
        random(2) === 0
          ? randomText(random, parts, 8)
          : Array.from({ length: 4 }, () => parts[random(12)]!).join(".");
      assert.equal(parseIPv4(text) !== undefined, isIPv4(text), text);
      if (isIPv4(text)) accepted += 1;
    }
    assert.ok(accepted > 1000);
  });

  it("takes the same texts for IPv6 addresses as net.isIPv6", () => {
    const random = randomFrom(7);
    const parts = [
      "0",
      "1",
      "ab",
      "DB8",
      "ffff",
      "12345",
      ":",
      ":",
      ":",
      ":",
      ":",
      "::",
      "1.2.3.4",
      "256.1.1.1",
      "g",
      ".",
    ];
    let accepted = 0;
    for (let run = 0; run < 100_000; run += 1) {
      const text =
        random(2) === 0
          ? randomText(random, parts, 14)
          : Array.from({ length: 4 + random(6) }, () => ["0", "", "1", "ab12", "1.2.3.4"][random(5)]!).join(
              ":",
            );
      assert.equal(parseIPv6(text) !== undefined, isIPv6(text), text);
      if (isIPv6(text)) accepted += 1;
    }
    assert.ok(accepted > 1000);
  });

  it("RFC 5952 §4: writes IPv6 addresses as URL does, but for IPv4 within IPv6", () => {
    const random = randomFrom(8);
    for (let run = 0; run < 20_000; run += 1) {
      const bytes = Uint8Array.from({ length: 16 }, (_, at) =>
        random(2) === 0 ? 0 : random(at % 2 === 0 ? 3 : 256),
      );
      bytes[0] = 0x20;
      const text = formatIPv6(bytes);
      const groups = Array.from({ length: 8 }, (_, group) =>
        ((bytes[2 * group]! << 8) | bytes[2 * group + 1]!).toString(16).padStart(4, "0"),
      ).join(":");
      assert.equal(new URL(`http://[${groups}]/`).hostname, `[${text}]`);
    }
  });
});
