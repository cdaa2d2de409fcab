/** Datagrams to a device with all its features, some of them protected, from the datagram to the line in the log. */

import assert from "node:assert/strict";
import { fromHex } from "../../../src/bytes/hex.js";
import { INTERNAL_SERVER_ERROR } from "../../../src/coap/codec/code.js";
import { ResponseError } from "../../../src/coap/errors.js";
import { Options } from "../../../src/coap/codec/options.js";
import { diagnostics } from "../../../src/applications/diagnostics/feature.js";
import { resourceDirectory } from "../../../src/applications/rd/feature.js";
import { time } from "../../../src/applications/time/feature.js";
import { CONTEXT, DEVICE_URI, PEER_URI, Scene, protection } from "../../scene.js";
import type { Target } from "../../target.js";

/** Until nothing of what was said is waited for any more: EXCHANGE_LIFETIME (RFC 7252 §4.8.2). */
const SETTLED_MS = 250_000;
/** Requests for what the device offers: time, time/status, diagnostics, .well-known/core. */
const REQUESTS = [
  "40010001b474696d65",
  "500100026051b474696d65",
  "41010003aa60 5474696d65 06737461747573",
  "40010004bb646961676e6f7374696373",
  "40010005bb2e77656c6c2d6b6e6f776e 04636f7265",
  "44020006010203049201 00b474696d65 ff00",
].map((one) => fromHex(one.replaceAll(" ", "")));
const PATHS = ["diagnostics", "time", "time/status", ".well-known/core", "none"];
/** Number of the options that a protected request has, one byte of value each. */
const OPTIONS = [4, 6, 12, 14, 15, 17, 23, 27, 60, 252, 258, 292];

/** Length and bytes, again and again; a length above 0xf0 stands for a protected request. */
function* steps(
  input: Uint8Array,
): Generator<Uint8Array | { readonly choice: number; readonly value: number }> {
  for (let at = 0; at < input.length;) {
    const head = input[at]!;
    if (head > 0xf0) {
      yield { choice: head & 15, value: input[at + 1] ?? 0 };
      at += 2;
    } else {
      yield input.subarray(at + 1, at + 1 + head);
      at += 1 + head;
    }
  }
}

export const deviceRequests: Target = {
  name: "device-requests",
  errors: [],
  isSlow: true,
  maxBytes: 256,
  dictionary: [...REQUESTS, fromHex("f100"), fromHex("f2ff")],
  async parse(input) {
    const features = [
      time({ server: `${PEER_URI}/time` }),
      resourceDirectory({ server: PEER_URI, ep: "node" }),
      diagnostics(),
    ];
    const scene = new Scene(features, { oscore: protection(0) });
    await scene.play(async ({ world }) => {
      // Deaf and dumb, but for what the input says.
      const socket = scene.serve(() => undefined);
      const { client } = scene.ask();
      for (const step of steps(input)) {
        if (step instanceof Uint8Array) socket.write(step, "fd00::1", 5683);
        else {
          const options = new Options().add(OPTIONS[step.value % OPTIONS.length]!, Uint8Array.of(step.value));
          const uri = `${DEVICE_URI}/${PATHS[step.value % PATHS.length]!}`;
          const asked = client.request(1 + (step.choice % 7), uri, { securityContext: CONTEXT, options });
          await world.time.until(asked).catch((error: unknown) => {
            assert.ok(error instanceof ResponseError && error.code !== INTERNAL_SERVER_ERROR, String(error));
          });
        }
        await world.time.advance(10);
      }
      await world.time.advance(SETTLED_MS);
      for (const path of ["diagnostics", "time/status"])
        await world.time.until(client.get(`${DEVICE_URI}/${path}`, { securityContext: CONTEXT }));
    });
  },
  compose(random) {
    const bytes: number[] = [];
    for (let count = random.integer(1, 4); count > 0; count -= 1) {
      if (random.chance(0.3)) bytes.push(0xf1 + random.integer(0, 14), random.integer(0, 255));
      else {
        const request = REQUESTS[random.integer(0, REQUESTS.length - 1)]!;
        bytes.push(request.length, ...request);
      }
    }
    return Uint8Array.from(bytes);
  },
};
