/** Look-ups in a directory, RFC 9176 §6.2, with the filters of RFC 6690 §4.1. */

import assert from "node:assert/strict";
import { formatLinks, type Link } from "../../../src/coap/codec/link-format.js";
import { RequestError } from "../../../src/coap/server/request-error.js";
import { DEFAULT_DIRECTORY_LIMITS } from "../../../src/applications/rd/directory/limits.js";
import {
  lookupEndpoints,
  lookupResources,
  parseLookup,
  type Lookup,
} from "../../../src/applications/rd/directory/lookup.js";
import { showLinks, type Registration } from "../../../src/applications/rd/directory/registration.js";
import type { Entry } from "../../../src/applications/rd/directory/registrations.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";

const REMOTE = Object.freeze({ scheme: "coap", address: "2001:db8::9", port: 5683 });

function enter(id: string, ep: string, document: string): Entry {
  const registration: Registration = {
    id,
    ep,
    d: "home",
    lt: 60,
    base: `coap://[2001:db8::${id}]`,
    hasExplicitBase: true,
    attributes: [["et", "sensor"]],
    document,
    isSimple: false,
  };
  const shown = showLinks(registration, DEFAULT_DIRECTORY_LIMITS);
  return { ...shown, registration, expiresAtMs: Infinity, freshUntilMs: 0, bytes: document.length };
}

const ENTRIES: readonly Entry[] = [
  enter("1", "node1", '</temp>;rt="temperature-c outdoor";if=sensor;ct=0,</light>;rt=light-lux;obs'),
  enter("2", "node2", '</temp>;rt=temperature-c;ct="40 41",</large>;sz=1280;title="Large, \\"quoted\\""'),
];

/** Every link is one of the directory's, once. */
function assertTaken(found: readonly Link[], from: readonly Link[], count: number): void {
  assert.ok(found.length <= count);
  assert.equal(new Set(found).size, found.length);
  for (const link of found) assert.ok(from.includes(link));
  formatLinks(found);
}

export const lookup: Target<Lookup> = {
  name: "lookup",
  errors: [RequestError],
  dictionary: [
    ...[
      "page=0",
      "page=1",
      "count=1",
      "count=",
      "page=",
      "&",
      "=",
      "*",
      "ep=node1",
      "ep=node*",
      "d=home",
      "rt=",
    ],
    ...["rt=temperature-c", "rt=temp*", "if=sensor", "ct=40", "sz=1280", "obs", "et=sensor", "href=/rd/1"],
    ...["href=", "href=coap://[2001:db8::1]/temp", "href=coap://h/rd/2", "base=", "title="],
  ],
  maxBytes: 128,
  parse: (input) => parseLookup(textOf(input).split("&")),
  check(wanted) {
    assertTaken(
      lookupEndpoints(ENTRIES, wanted, REMOTE),
      ENTRIES.map(({ endpoint }) => endpoint),
      wanted.count,
    );
    assertTaken(
      lookupResources(ENTRIES, wanted, REMOTE),
      ENTRIES.flatMap(({ resources }) => resources),
      wanted.count,
    );
  },
};
