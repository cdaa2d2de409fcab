/** Link format under random input: the portable tests hold the rules. */

import { LinkFormatError, formatLinks, parseLinks } from "../../../../src/coap/codec/link-format.js";
import { SeededRandom } from "../../../../simulators/random.js";
import assert from "node:assert/strict";

/** Numbers from 0 to `below` - 1, repeatable from a seed. */
function randomFrom(seed: number): (below: number) => number {
  const random = new SeededRandom(seed);
  return (below) => random.integer(0, below - 1);
}

describe("Link format under random input", () => {
  it("throws nothing but a LinkFormatError, and writes again what it read", () => {
    const random = randomFrom(12);
    const parts = [
      "</a>",
      "<",
      ">",
      ",",
      ";",
      ";",
      "=",
      '"',
      '="b"',
      "\\",
      "x",
      "rt",
      "ct=40",
      "title*=UTF-8''a",
      "*",
    ];
    parts.push(
      " ",
      "\n",
      "\0",
      "\u007f",
      "\u00e9",
      "\ud800",
      "%41",
      "%",
      "href",
      "hreflang=de",
      "rel=a",
      "/b?c#d",
    );
    let accepted = 0;
    for (let run = 0; run < 50_000; run += 1) {
      const text = Array.from({ length: random(9) }, () => parts[random(parts.length)]!).join("");
      try {
        const links = parseLinks(text);
        assert.deepEqual(parseLinks(formatLinks(links)), links);
        accepted += 1;
      } catch (error) {
        assert.ok(error instanceof LinkFormatError, text);
      }
    }
    assert.ok(accepted > 500, `${accepted} accepted`);
  });
});
