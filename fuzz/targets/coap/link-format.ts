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
];

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
    assert.deepEqual(parseLinks(text), links, text);
    for (const link of links) {
      assert.ok(matchesFilter(link, `href=${link.target}`));
      for (const [name] of link.attributes) assert.ok(matchesFilter(link, `${name}=*`));
    }
  },
};
