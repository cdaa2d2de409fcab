/** Answers of a resource directory to a device that wants to be found, from the datagram to the line in the log. */

import { concatBytes } from "../../../src/bytes/concat.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import { parseUri } from "../../../src/coap/codec/uri.js";
import { resourceDirectory } from "../../../src/applications/rd/feature.js";
import { PEER_URI, Scene, isRequest, respond } from "../../scene.js";
import type { Target } from "../../target.js";
import { LINK_WORDS } from "../coap/link-format.js";
import { URI_WORDS } from "../coap/uri.js";

/** Three lifetimes, and some pauses after failures. */
const PLAYED_MS = 180_000;
const LIFETIME_S = 60;
/** 2.05 with Content-Format 40; 2.01 with two segments of Location-Path. */
const CONTENT_LINKS = fromHex("45c128ff");
const CREATED_AT = fromHex("4182726402 3132".replace(" ", ""));

/** The directory took no registration. */
class NotRegisteredError extends Error {
  override name = "NotRegisteredError";
}

/** An input is a length, so many bytes of the answer to GET, and the answer to POST. */
function split(input: Uint8Array): readonly [found: Uint8Array, registered: Uint8Array] {
  const end = 1 + (input[0] ?? 0);
  return [input.subarray(1, end), input.subarray(end)];
}

export const deviceRegistrant: Target = {
  name: "device-registrant",
  errors: [NotRegisteredError],
  isSlow: true,
  dictionary: [
    ...LINK_WORDS,
    ...URI_WORDS,
    CONTENT_LINKS,
    CREATED_AT,
    "</rd>;rt=core.rd",
    fromHex("a3d401ffffffff"),
  ],
  async parse(input) {
    const [found, registered] = split(input);
    const feature = resourceDirectory({ server: PEER_URI, ep: "node", lt: LIFETIME_S });
    const scene = new Scene([feature]);
    await scene.play(async ({ world, host }) => {
      scene.serve((request) => {
        if (!isRequest(request)) return undefined;
        return respond(request, request[1] === 1 ? found : registered);
      });
      await world.time.advance(PLAYED_MS);
      const { location } = feature;
      await world.time.until(feature.stop());
      if (location === undefined) throw new NotRegisteredError(host.lines[0] ?? "silence");
      parseUri(location);
    });
  },
  compose(random) {
    const links = encodeUtf8(random.chance(0.7) ? "</rd>;rt=core.rd" : `<${PEER_URI}/rd>;rt="core.rd x"`);
    const found = concatBytes([CONTENT_LINKS, links]);
    return concatBytes([Uint8Array.of(found.length), found, CREATED_AT]);
  },
};
