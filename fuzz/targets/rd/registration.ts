/** Registrations, RFC 9176 §5: what the directory lets in, it can show to everybody. */

import assert from "node:assert/strict";
import { LinkFormatError, formatLinks, parseLinks } from "../../../src/coap/codec/link-format.js";
import { RegistrationParameterError } from "../../../src/applications/rd/parameters.js";
import { LinkReferenceError } from "../../../src/applications/rd/reference.js";
import { DEFAULT_DIRECTORY_LIMITS } from "../../../src/applications/rd/directory/limits.js";
import { parseParameters } from "../../../src/applications/rd/directory/parameters.js";
import {
  showLinks,
  zoneOfBase,
  type ShownLinks,
} from "../../../src/applications/rd/directory/registration.js";
import type { Target } from "../../target.js";
import { textOf } from "../../text.js";
import { LINK_WORDS } from "../coap/link-format.js";
import { URI_WORDS } from "../coap/uri.js";

const BASE = "coap://[2001:db8::1]";
/** The peer is on a link, so that link-local bases are taken. */
const REMOTE = Object.freeze({ scheme: "coap", address: "fe80::1%eth0", port: 5683 });
/** Beside those of the registrant, a shown link has five of the directory. */
const SHOWN_LIMITS = Object.freeze({ links: 1000, attributes: 1000 });

/** An input is a query, a line feed, and a document. */
function register(input: Uint8Array): ShownLinks {
  const [query = "", ...document] = textOf(input).split("\n");
  const { ep = "node", d, lt = 60, base, attributes } = parseParameters(query.split("&"), 8);
  const zone = base === undefined ? undefined : zoneOfBase(base, REMOTE);
  return showLinks(
    {
      id: "1",
      ep,
      d,
      lt,
      base: base ?? BASE,
      hasExplicitBase: base !== undefined,
      zone,
      attributes,
      document: document.join("\n"),
      isSimple: false,
    },
    DEFAULT_DIRECTORY_LIMITS,
  );
}

export const registration: Target<ShownLinks> = {
  name: "registration",
  errors: [RegistrationParameterError, LinkFormatError, LinkReferenceError],
  dictionary: [
    ...[
      "ep=",
      "&d=",
      "&lt=",
      "&base=",
      "&base=coap://[fe80::1]",
      "&et=",
      "lt=4294967295",
      "page=",
      "href=",
      "\n",
    ],
    ...URI_WORDS,
    ...LINK_WORDS,
  ],
  parse: register,
  check({ endpoint, resources }) {
    const links = [endpoint, ...resources];
    assert.deepEqual(parseLinks(formatLinks(links), SHOWN_LIMITS), links);
    // The host's own idea of a URI, which knows no user in ours.
    for (const { target, attributes } of resources)
      for (const uri of [
        target,
        ...attributes.filter(([name]) => name === "anchor").map(([, value]) => String(value)),
      ])
        if (/^coap/iu.test(uri)) assert.equal(new URL(uri).username, "");
  },
  compose(random) {
    const link = (): string => `</${random.integer(0, 9)}>${random.chance(0.5) ? ";rt=temperature" : ""}`;
    const base = random.chance(0.5) ? "&base=coap://[2001:db8::2]:61616" : "";
    return new TextEncoder().encode(`ep=node&d=home&lt=600${base}&et=sensor\n${link()},${link()}`);
  },
};
