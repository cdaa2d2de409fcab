/** A response to a protected request, RFC 8613 §8.4: taken is what the server protected, and an error without protection. */

import { nodeCrypto } from "../../../hosts/node/crypto/node-crypto.js";
import { VirtualTime } from "../../../simulators/virtual-time.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { codeClass } from "../../../src/coap/codec/code.js";
import { Message } from "../../../src/coap/codec/message.js";
import { MessageFormatError } from "../../../src/coap/codec/message-format-error.js";
import { OSCORE } from "../../../src/coap/codec/option-number.js";
import { Options } from "../../../src/coap/codec/options.js";
import { Counters } from "../../../src/coap/counters.js";
import { DeadlineQueue } from "../../../src/timers/deadline-queue.js";
import { Peer } from "../../../src/coap/messaging/peer.js";
import { SecurityContexts } from "../../../src/security/oscore/contexts/security-contexts.js";
import { ProtectedPeer } from "../../../src/security/oscore/layer/protected-peer.js";
import { ProtectedRequest } from "../../../src/security/oscore/layer/protected-request.js";
import { decodeOscoreOption } from "../../../src/security/oscore/option.js";
import { assertSameBytes } from "../../same.js";
import type { Target } from "../../target.js";

/** RFC 8613 §C.7, to the request of §C.4. */
const EXAMPLE = fromHex("64445d1f0000397490ffdbaad1e9a7e7b2a813d3c31524378303cdafae119106");
const GENUINE = new Message(EXAMPLE);
const REQUEST_IV = 20;
/** 4.13 with Block1, as a proxy may send. */
const TOO_LARGE = fromHex("648d5d1f00003974d10e06");

/** The request of §C.4, and one whose response may offer new keys (Appendix B.2). */
function requests(): readonly ProtectedRequest[] {
  const contexts = new SecurityContexts(nodeCrypto);
  const masterSecret = fromHex("0102030405060708090a0b0c0d0e0f10");
  const masterSalt = fromHex("9e7ca92223786340");
  const [senderId, recipientId] = [new Uint8Array(0), Uint8Array.of(1)];
  contexts.add("example", { masterSecret, masterSalt, senderId, recipientId });
  const random = { fill: (bytes: Uint8Array) => void bytes.fill(7) };
  contexts.addRenewed("renewed", { masterSecret, senderId: Uint8Array.of(0x25), recipientId }, random);
  const base = new Peer("::1", 5683, 1, 0);
  // What has come in blocks is put together before it gets here.
  const time = new VirtualTime();
  const deadlines = new DeadlineQueue(time, time, (error) => {
    throw error;
  });
  const responses = { take: () => false, endpoint: { counters: new Counters(), deadlines } };
  return ["example", "renewed"].map((name) => {
    const context = contexts.get(name)!;
    const peer = new ProtectedPeer(base, context, -1);
    const { security } = context;
    return new ProtectedRequest(
      peer,
      security,
      REQUEST_IV,
      GENUINE.code,
      new Options(),
      true,
      responses,
      undefined,
    );
  });
}

export const oscoreResponse: Target<readonly (Message | undefined)[]> = {
  name: "oscore-response",
  errors: [MessageFormatError],
  dictionary: [EXAMPLE, TOO_LARGE, fromHex("9109"), fromHex("90"), fromHex("9b110443010203")],
  parse(input) {
    const message = new Message(input);
    return requests().map((request) => request.verify(message));
  },
  check([example, renewed], input) {
    const { code, options, payload } = new Message(input);
    if (!options.has(OSCORE)) {
      for (const taken of [example, renewed])
        if ((taken === undefined) !== codeClass(code) < 4)
          throw new Error(`expected errors alone to be taken without protection, got code ${code}`);
      return;
    }
    if (renewed) throw new Error("expected no response to a request that had none");
    if (!example) return;
    assertSameBytes(payload, GENUINE.payload, "ciphertext");
    if (options.all(OSCORE).length > 1) throw new Error("expected one OSCORE option");
    // Nothing protects the IDs in a response, and nothing comes of them.
    const { partialIv } = decodeOscoreOption(options.first(OSCORE)!);
    if (partialIv !== undefined) throw new Error(`expected no Partial IV, got ${partialIv}`);
  },
  compose(random) {
    const bytes = (random.chance(0.2) ? TOO_LARGE : EXAMPLE).slice();
    const at = random.integer(0, bytes.length - 1);
    bytes[at] = bytes[at]! ^ (1 << random.integer(0, 7));
    return bytes;
  },
};
