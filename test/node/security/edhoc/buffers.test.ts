/** Messages that Node.js has in a Buffer, whose `slice` copies nothing. */

import assert from "node:assert/strict";
import { nodeCrypto } from "../../../../hosts/node/crypto/node-crypto.js";
import { Parties } from "../../../portable/security/edhoc/suites/parties.js";

describe("EDHOC with Buffers", () => {
  it("RFC 9528 §5.3.3, §5.4.3: messages stay as they are when they are processed, and what is kept of them is a copy", () => {
    const parties = new Parties(nodeCrypto, 1);
    const initiator = parties.initiator(3, { message4: true });
    const responder = parties.responder({ message4: true });
    const message1 = Buffer.from(initiator.composeMessage1());
    const message2 = Buffer.from(responder.processMessage1(message1));
    const sent = Uint8Array.from(message2);
    const { message3, session } = initiator.processMessage2(message2);
    assert.deepEqual(Uint8Array.from(message2), sent);
    message2.fill(0);
    const received = Buffer.from(message3);
    const completed = responder.processMessage3(received);
    message1.fill(0);
    received.fill(0);
    initiator.processMessage4(Buffer.from(completed.message4!));
    assert.deepEqual(session.oscore(), {
      ...completed.session.oscore(),
      senderId: completed.session.oscore().recipientId,
      recipientId: completed.session.oscore().senderId,
    });
  });
});
