/** CoRE Link Format, RFC 6690. */

import assert from "node:assert/strict";
import {
  LinkFormatError,
  formatLinks,
  matchesFilter,
  parseLinks,
  type Link,
} from "../../../src/coap/codec/link-format.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";

/** What lists of links are made of. */
export const LINK_WORDS: readonly string[] = [
  "</a>",
  "<coap://[::1]/b>",
  "<",
  ">",
  ";",
  ",",
  "=",
  '"',
  "\\",
  ";rt=",
  ";if=",
  ";ct=40",
  ";sz=1",
  ";obs",
  ";title=",
  ";title*=UTF-8'en'a",
  ";rel=hosts",
  ";anchor=",
  ";hreflang=en",
  ";href",
  "%20",
  "é",
  "*",
  '"a b"',
  " ",
  "\t",
  "\r\n",
];

/** The grammar of RFC 6690 §2, without the white space that a reader takes; targets are not percent-encoded by all. */
const STRICT = ((): RegExp => {
  const reference = String.raw`<[\w\-.~:/?#[\]@!$&'()*+,;=%\u{80}-\u{10ffff}]*>`;
  const name = String.raw`[\w!#$&+\-.^\x60|~]+`;
  const token = String.raw`[\w!#$%&'()*+\-./:<=>?@[\]^\x60{|}~]+`;
  const quoted = String.raw`"(?:[^"\\\0-\x08\x0a-\x1f\x7f]|\\[\0-\x7f])*"`;
  const link = `${reference}(?:;${name}(?:\\*=${token}|=${token}|=${quoted})?)*`;
  return new RegExp(`^(?:${link}(?:,${link})*)?$`, "u");
})();

/** RFC 6690 §2: hreflang has no quotes; that a reader takes them there is for the sake of others. */
function canBeWritten({ attributes }: Link): boolean {
  return attributes.every(
    ([name, value]) => name !== "hreflang" || value === true || /^[\w-]+$/u.test(value),
  );
}

export const linkFormat: Target<Link[]> = {
  name: "link-format",
  errors: [LinkFormatError],
  dictionary: LINK_WORDS,
  parse: (input) => parseLinks(textOf(input)),
  check(links) {
    if (!links.every(canBeWritten)) return;
    const text = formatLinks(links);
    assert.match(text, STRICT);
    assert.deepEqual(parseLinks(text), links, text);
    for (const link of links) {
      assert.ok(matchesFilter(link, `href=${link.target}`));
      for (const [name] of link.attributes) assert.ok(matchesFilter(link, `${name}=*`));
    }
  },
};
