import { concatBytes } from "../../../../../src/bytes/concat.js";
import { fromHex } from "../../../../../src/bytes/hex.js";
import {
  BAD_REQUEST,
  CHANGED,
  INTERNAL_SERVER_ERROR,
  REQUEST_ENTITY_TOO_LARGE,
  UNSUPPORTED_CONTENT_FORMAT,
} from "../../../../../src/coap/codec/code.js";
import { EDHOC_CBOR_SEQ } from "../../../../../src/coap/codec/content-format.js";
import { formatLinks } from "../../../../../src/coap/codec/link-format.js";
import { UnsupportedAlgorithmError } from "../../../../../src/crypto/errors.js";
import { TELL_MS } from "../../../../../src/security/edhoc/coap/conversation.js";
import { DEFAULT_EDHOC_LIMITS } from "../../../../../src/security/edhoc/coap/limits.js";
import { addPrefix } from "../../../../../src/security/edhoc/coap/prefix.js";
import { encodeEad } from "../../../../../src/security/edhoc/codec/ead.js";
import {
  EdhocPeerError,
  EdhocProcessingError,
  UnknownCredentialError,
} from "../../../../../src/security/edhoc/errors.js";
import { METHODS } from "../../../../../src/security/edhoc/method.js";
import { assert, describe, it } from "../../../../portable.js";
import { makeCredential } from "../suites/parties.js";
import { EdhocLab } from "./lab.js";

const CLIENT = "fd00::2";

describe("EDHOC over CoAP, forward message flow", () => {
  for (const method of METHODS)
    it(`RFC 9528 §A.2.1: method ${method} with message_4: client and server have the same keys`, async () => {
      const lab = new EdhocLab({ message4: true });
      const session = await lab.establish(lab.client(CLIENT), { method, message4: true });
      assert.equal(lab.sessions.length, 1);
      const [other] = lab.sessions;
      assert.deepEqual(session.oscore().masterSecret, other!.oscore().masterSecret);
      assert.deepEqual(session.oscore().senderId, other!.oscore().recipientId);
    });

  it("RFC 9528 §A.2.1: without message_4 the answer to message_3 is empty", async () => {
    const lab = new EdhocLab();
    const client = lab.client(CLIENT);
    await lab.establish(client);
    const initiator = lab.parties.initiator(3);
    const message1 = addPrefix({ connectionId: undefined, message: initiator.composeMessage1() });
    const first = await lab.post(client, message1);
    assert.equal(first.code, CHANGED);
    assert.equal(first.contentFormat, EDHOC_CBOR_SEQ);
    const { message3, session } = initiator.processMessage2(first.payload);
    const payload = addPrefix({ connectionId: session.peerConnectionId, message: message3 });
    const second = await lab.post(client, payload);
    assert.equal(second.code, CHANGED);
    assert.equal(second.payload.length, 0);
    assert.equal(second.contentFormat, undefined);
    // A session is completed once; what comes again finds none.
    assert.equal((await lab.post(client, payload)).code, BAD_REQUEST);
    assert.equal(lab.sessions.length, 2);
  });

  it("RFC 9528 §6.3.1: the client comes again with a suite that the server supports", async () => {
    const lab = new EdhocLab({ suites: [2] });
    const session = await lab.establish(lab.client(CLIENT), { suites: [3, 2] });
    assert.equal(session.suite.number, 2);
    const other = lab.establish(lab.client("fd00::3"), { suites: [3] });
    await assert.rejects(other, EdhocPeerError, "it supports cipher suite 2");
  });

  it("RFC 9528 §A.2.3: errors are payloads of error responses", async () => {
    const lab = new EdhocLab();
    const client = lab.client(CLIENT);
    for (const [payload, reply] of [
      ["f503065820" + "00".repeat(32) + "0e", "02820203"],
      ["f5", "01"],
      ["0e40", "01"],
      ["", "01"],
      ["a0", "01"],
    ] as const) {
      const answer = await lab.post(client, fromHex(payload));
      assert.equal(answer.code, BAD_REQUEST);
      assert.equal(answer.contentFormat, EDHOC_CBOR_SEQ);
      const expected = fromHex(reply);
      assert.deepEqual(answer.payload.slice(0, expected.length), expected);
    }
  });

  it("RFC 9528 §A.2.3: a failure of the server is 5.00 with an error message", async () => {
    const lab = new EdhocLab({
      onSession: () => {
        throw new Error("storage is full");
      },
    });
    const codes: number[] = [];
    const client = lab.client(CLIENT, (code) => codes.push(code));
    const error = await assert.rejects(lab.establish(client), EdhocPeerError, "internal error");
    assert.equal(error.received.code, 1);
    assert.deepEqual(codes, [CHANGED, INTERNAL_SERVER_ERROR]);
    assert.deepEqual(lab.lines, ["edhoc: a session is not used: Error: storage is full"]);
  });

  it("RFC 9528 §6.4: the client learns that its credential is not known", async () => {
    const lab = new EdhocLab();
    const { crypto, random } = lab.parties;
    const strangers = [makeCredential(crypto, random, "P-256", "static-dh", 0x15)];
    const error = await assert.rejects(
      lab.establish(lab.client(CLIENT), { credentials: strangers }),
      EdhocPeerError,
    );
    assert.equal(error.received.code, 3);
    assert.equal(lab.sessions.length, 0);
  });

  it("RFC 9528 §A.2.1: a client that refuses message_2 tells the server, which forgets the session", async () => {
    const lab = new EdhocLab({ limits: { halfOpenSessions: 2 } });
    const client = lab.client(CLIENT);
    const peers = lab.parties.know(lab.parties.initiators);
    await assert.rejects(lab.establish(client, { peers }), UnknownCredentialError);
    const initiator = lab.parties.initiator(3);
    const message = initiator.composeMessage1();
    const { payload } = await lab.post(client, addPrefix({ connectionId: undefined, message }));
    const { session } = initiator.processMessage2(payload);
    const ended = addPrefix({ connectionId: session.peerConnectionId, message: fromHex("03f5") });
    const answer = await lab.post(client, ended);
    assert.equal(answer.code, CHANGED, "an error message is not answered with one");
    assert.equal(answer.payload.length, 0);
    assert.equal((await lab.post(client, ended)).code, BAD_REQUEST, "the session is gone");
    assert.equal(lab.sessions.length, 0);
  });

  it("limit TELL_MS: a client that refuses message_2 waits no longer for a server that does not answer", async () => {
    for (const [timeoutMs, waitedMs] of [
      [undefined, TELL_MS],
      [TELL_MS + 1, TELL_MS],
      [1000, 1000],
    ] as const) {
      const lab = new EdhocLab();
      const peers = {
        find: (): never => {
          lab.world.network.setConditions({ loss: 1 });
          throw new UnknownCredentialError();
        },
      };
      let beganMs = 0;
      const client = lab.client(CLIENT, () => (beganMs = lab.world.time.monotonicMs()));
      const request = timeoutMs === undefined ? {} : { timeoutMs };
      await assert.rejects(lab.establish(client, { peers, request }), UnknownCredentialError);
      assert.equal(lab.world.time.monotonicMs() - beganMs, waitedMs);
    }
  });

  it("RFC 9528 §A.2: another Content-Format is refused, none is not", async () => {
    const lab = new EdhocLab();
    const client = lab.client(CLIENT);
    const message = lab.parties.initiator(3).composeMessage1();
    const payload = addPrefix({ connectionId: undefined, message });
    assert.equal((await lab.post(client, payload, EDHOC_CBOR_SEQ)).code, UNSUPPORTED_CONTENT_FORMAT);
  });

  it("RFC 9528 §10.10: the resource is found by its type", () => {
    const lab = new EdhocLab();
    assert.equal(formatLinks(lab.site.links), '</.well-known/edhoc>;rt="core.edhoc"');
  });

  it("limit messageBytes: a message of that length is taken, a longer one is answered 4.13", async () => {
    const lab = new EdhocLab({ limits: { messageBytes: 400 } });
    const client = lab.client(CLIENT);
    const message = lab.parties.initiator(3).composeMessage1();
    const bare = addPrefix({ connectionId: undefined, message });
    const padded = (bytes: number): Uint8Array => {
      const ead = encodeEad([{ label: 0, value: new Uint8Array(bytes - bare.length - 4) }]);
      return concatBytes([bare, ead]);
    };
    assert.equal(padded(400).length, 400);
    assert.equal((await lab.post(client, padded(400))).code, CHANGED);
    assert.equal((await lab.post(client, padded(401))).code, REQUEST_ENTITY_TOO_LARGE);
    assert.equal(DEFAULT_EDHOC_LIMITS.messageBytes, 1024);
  });

  it("RFC 9528 §A.2: a server that has no suite says so when it is made", () => {
    assert.throws(() => new EdhocLab({ suites: [6] }), UnsupportedAlgorithmError);
  });

  it("RFC 9528 §5.5.3: a client that waits for message_4 does not do without", async () => {
    const lab = new EdhocLab();
    await assert.rejects(lab.establish(lab.client(CLIENT), { message4: true }), EdhocProcessingError);
  });
});
