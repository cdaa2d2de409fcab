/** Requests to a resource directory, from the datagram to what everybody is shown, and to the line in the log. RFC 9176. */

import assert from "node:assert/strict";
import { Directory } from "../../../src/applications/rd/directory/directory.js";
import { GET, POST } from "../../../src/coap/codec/code.js";
import { LINK_FORMAT } from "../../../src/coap/codec/content-format.js";
import { parseLinks } from "../../../src/coap/codec/link-format.js";
import { CON, encodeMessage } from "../../../src/coap/codec/message.js";
import { CONTENT_FORMAT, URI_PATH, URI_QUERY } from "../../../src/coap/codec/option-number.js";
import { Options } from "../../../src/coap/codec/options.js";
import { encodeUtf8 } from "../../../src/bytes/utf8.js";
import type { Feature } from "../../../src/feature.js";
import { isUri } from "../../../src/applications/rd/reference.js";
import { DEVICE_URI, Scene } from "../../scene.js";
import type { Target } from "../../target.js";
import { LINK_WORDS } from "../coap/link-format.js";
import { URI_WORDS } from "../coap/uri.js";

/** Longer than the default lifetime. */
const PLAYED_MS = 100_000_000;
const PATHS = ["rd", "rd/1", ".well-known/rd", "rd-lookup/ep", "rd-lookup/res", ".well-known/core"];
const [LINE_FEED, ZERO] = [0x0a, 0x00];
/** Room for an input and what is around it. */
const MESSAGE_BYTES = 2048;

/** A directory as a feature of a device. */
function directory(unixMs: () => number): Feature {
  let running: Directory | undefined;
  return {
    name: "directory",
    start({ platform, endpoint, site }) {
      const { keyValue } = platform;
      running = new Directory(site, {
        platform,
        client: () => endpoint.client,
        checksSenders: true,
        keyValue,
        unixMs,
      });
    },
    stop: () => running?.close(),
  };
}

/** An input is requests with zeros between them: a digit that says the path, arguments, a line feed, and a document. */
function* requests(input: Uint8Array): Generator<Uint8Array> {
  let messageId = 0;
  for (let start = 0; start < input.length;) {
    const zero = input.indexOf(ZERO, start);
    const end = zero < 0 ? input.length : zero;
    const one = input.subarray(start, end);
    start = end + 1;
    const feed = one.indexOf(LINE_FEED);
    const payload = feed < 0 ? new Uint8Array(0) : one.subarray(feed + 1);
    const path = (one[0] ?? 0) % PATHS.length;
    const options = new Options();
    for (const segment of PATHS[path]!.split("/")) options.addString(URI_PATH, segment);
    if (payload.length > 0) options.addUint(CONTENT_FORMAT, LINK_FORMAT);
    const query = String.fromCharCode(...one.subarray(1, feed < 0 ? undefined : feed));
    for (const argument of query.split("&"))
      options.add(
        URI_QUERY,
        Uint8Array.from(argument, (character) => character.charCodeAt(0)),
      );
    const message = new Uint8Array(MESSAGE_BYTES);
    messageId += 1;
    const code = path < 3 ? POST : GET;
    const length = encodeMessage(message, CON, code, messageId, new Uint8Array(0), options, payload);
    yield message.subarray(0, length);
  }
}

export const deviceDirectory: Target = {
  name: "device-directory",
  errors: [],
  isSlow: true,
  dictionary: [
    ...[
      "0ep=a",
      "&lt=4294967295",
      "&lt=1",
      "&base=",
      "&d=b",
      "\n</a>;rt=x",
      "\0",
      "4rt=x",
      "3ep=*",
      "2ep=s",
      "1lt=60",
      "&page=0&count=1",
    ],
    ...LINK_WORDS,
    ...URI_WORDS,
  ],
  async parse(input) {
    const scene: Scene = new Scene([directory(() => 1_800_000_000_000 + scene.world.time.nowMs)]);
    await scene.play(async ({ world }) => {
      const socket = scene.serve(() => undefined);
      for (const request of requests(input)) {
        socket.write(request, "fd00::1", 5683);
        await world.time.advance(10);
      }
      const { client } = scene.ask();
      // A resource may have an attribute of its own that is called base.
      for (const [path, reference] of [
        ["rd-lookup/ep", "base"],
        ["rd-lookup/res", "anchor"],
      ] as const) {
        const response = await world.time.until(client.get(`${DEVICE_URI}/${path}`));
        for (const { target, attributes } of parseLinks(response.text())) {
          assert.ok(target.startsWith("/rd/") || isUri(target), target);
          for (const [name, value] of attributes)
            if (name === reference) assert.ok(isUri(String(value)), String(value));
        }
      }
      await world.time.advance(PLAYED_MS);
    });
  },
  compose(random) {
    const base = random.chance(0.5) ? "&base=coap://[2001:db8::2]:61616" : "";
    const lt = random.chance(0.5) ? `&lt=${random.uint32()}` : "";
    const document = `</${random.integer(0, 9)}>;rt=x,<coap://h/b>;anchor="/c"`;
    const more = ["", "\x003ep=*", "\x004rt=x", "\x001lt=60", "\x002ep=s"][random.integer(0, 4)]!;
    return encodeUtf8(`0ep=n${random.integer(0, 3)}${base}${lt}\n${document}${more}`);
  },
};
