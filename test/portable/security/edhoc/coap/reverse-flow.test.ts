import { fromHex } from "../../../../../src/bytes/hex.js";
import { BAD_REQUEST, CHANGED, UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { EDHOC_CBOR_SEQ } from "../../../../../src/coap/codec/content-format.js";
import { MAX_REMEMBERED_CLIENTS, ReverseFlow } from "../../../../../src/security/edhoc/coap/reverse-flow.js";
import { decodeMessage1 } from "../../../../../src/security/edhoc/codec/message.js";
import {
  EdhocPeerError,
  EdhocProcessingError,
  EdhocUsageError,
  UnknownCredentialError,
  WrongSuiteError,
} from "../../../../../src/security/edhoc/errors.js";
import { METHODS } from "../../../../../src/security/edhoc/method.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { makeCredential, Parties } from "../suites/parties.js";
import { EdhocLab } from "./lab.js";

const CLIENT = "fd00::2";
const REMOTE = { scheme: "coap", address: CLIENT, port: 5683 } as const;

const reverse = (method = 3): ReverseFlow => new ReverseFlow({ method });

describe("EDHOC over CoAP, reverse message flow", () => {
  for (const method of METHODS)
    for (const message4 of [false, true])
      it(`RFC 9528 §A.2.2: method ${method}, message_4 ${message4}: client and server have the same keys`, async () => {
        const lab = new EdhocLab({ reverse: reverse(method), message4 });
        const session = await lab.establishAsResponder(lab.client(CLIENT), { message4 });
        assert.equal(lab.sessions.length, 1);
        const [other] = lab.sessions;
        assert.deepEqual(session.oscore().masterSecret, other!.oscore().masterSecret);
        // The Responder's Sender ID is C_I: the server has chosen it.
        assert.deepEqual(session.oscore().senderId, other!.connectionId);
        assert.deepEqual(session.oscore().recipientId, other!.peerConnectionId);
      });

  it("RFC 9528 §A.2.2: an empty request brings message_1, message_2 behind C_I brings message_3", async () => {
    const lab = new EdhocLab({ reverse: reverse() });
    const client = lab.client(CLIENT);
    const responder = lab.parties.responder({ credentials: lab.parties.initiators, peers: lab.servers });
    const first = await lab.begin(client);
    assert.equal(first.code, CHANGED);
    assert.equal(first.contentFormat, EDHOC_CBOR_SEQ);
    const { method, connectionId } = decodeMessage1(first.payload);
    assert.equal(method, 3);
    const second = await lab.send(client, connectionId, responder.processMessage1(first.payload));
    assert.equal(second.code, CHANGED);
    assert.equal(second.contentFormat, EDHOC_CBOR_SEQ);
    const { session } = responder.processMessage3(second.payload);
    assert.deepEqual(session.oscore().masterSecret, lab.sessions[0]!.oscore().masterSecret);
    // The session is completed; what comes now finds none.
    assert.equal((await lab.send(client, connectionId, fromHex("40"))).code, BAD_REQUEST);
  });

  it("RFC 9528 §A.2.2: message_4 completes the session, and its answer is empty", async () => {
    const lab = new EdhocLab({ reverse: reverse(), message4: true });
    const client = lab.client(CLIENT);
    const responder = lab.parties.responder({
      credentials: lab.parties.initiators,
      peers: lab.servers,
      message4: true,
    });
    const { payload: message1 } = await lab.begin(client);
    const { connectionId } = decodeMessage1(message1);
    const { payload: message3 } = await lab.send(client, connectionId, responder.processMessage1(message1));
    const { message4 } = responder.processMessage3(message3);
    assert.equal(lab.sessions.length, 0, "the Initiator waits for a proof that the Responder has the keys");
    const answer = await lab.send(client, connectionId, message4!);
    assert.equal(answer.code, CHANGED);
    assert.equal(answer.payload.length, 0);
    assert.equal(lab.sessions.length, 1);
    assert.equal((await lab.send(client, connectionId, message4!)).code, BAD_REQUEST);
  });

  it("RFC 9528 §A.2.2: a message_4 that does not verify ends the session", async () => {
    const lab = new EdhocLab({ reverse: reverse(), message4: true });
    const client = lab.client(CLIENT);
    const responder = lab.parties.responder({ credentials: lab.parties.initiators, peers: lab.servers });
    const { payload: message1 } = await lab.begin(client);
    const { connectionId } = decodeMessage1(message1);
    await lab.send(client, connectionId, responder.processMessage1(message1));
    const answer = await lab.send(client, connectionId, fromHex("480000000000000000"));
    assert.equal(answer.code, BAD_REQUEST);
    assert.equal(answer.payload[0], 1);
    assert.equal(lab.sessions.length, 0);
  });

  it("RFC 9528 §A.2: a server that is the Initiator only shows its identity to nobody it does not know", async () => {
    const lab = new EdhocLab({ reverse: reverse(), forward: false });
    const client = lab.client(CLIENT);
    const error = await assert.rejects(lab.establish(client), EdhocPeerError, "the client is the Responder");
    assert.equal(error.received.code, 1);
    const { crypto, random } = lab.parties;
    const credentials = [makeCredential(crypto, random, "P-256", "static-dh", 0x15)];
    const refusal = await assert.rejects(lab.establishAsResponder(client, { credentials }), EdhocPeerError);
    assert.equal(refusal.received.code, 3, "instead of message_3");
    assert.equal(lab.sessions.length, 0);
    await lab.establishAsResponder(client);
    assert.equal(lab.sessions.length, 1);
  });

  it("RFC 9528 §6.3.1: the server comes again with a suite that the client supports", async () => {
    const lab = new EdhocLab({ reverse: reverse(), suites: [3, 2] });
    const codes: number[] = [];
    const client = lab.client(CLIENT, (code) => codes.push(code));
    const session = await lab.establishAsResponder(client, { suites: [2] });
    assert.equal(session.suite.number, 2);
    // message_1, the error message, message_1, message_2.
    assert.deepEqual(codes, [CHANGED, CHANGED, CHANGED, CHANGED]);
    // It is remembered until the next message_1 only.
    const { payload } = await lab.begin(client);
    assert.deepEqual(decodeMessage1(payload).suites, [3]);
  });

  it("RFC 9528 §6.3.1: where client and server have no suite in common, both learn it", async () => {
    const lab = new EdhocLab({ reverse: reverse(), suites: [3] });
    await assert.rejects(
      lab.establishAsResponder(lab.client(CLIENT), { suites: [2] }),
      WrongSuiteError,
      "got 3",
    );
    assert.equal((await lab.begin(lab.client("fd00::3"))).code, CHANGED);
  });

  it("limit MAX_REMEMBERED_CLIENTS: the suites of so many clients are remembered, then the oldest are not", () => {
    const parties = new Parties(hostCrypto());
    const options = {
      crypto: parties.crypto,
      random: parties.random,
      credentials: parties.responders,
      peers: parties.know(parties.initiators),
      suites: [3, 2],
    };
    const selected = (clients: number): number[] => {
      const flow = reverse();
      const addresses = Array.from({ length: clients }, (_, index) => `fd00::${index}`);
      for (const address of addresses) {
        const { session } = flow.begin(address, Uint8Array.of(0), options);
        assert.throws(() => session.take(fromHex("0202")), EdhocPeerError);
      }
      return addresses.map((address) => {
        const { message } = flow.begin(address, Uint8Array.of(0), options);
        return decodeMessage1(message).suites.at(-1)!;
      });
    };
    assert.deepEqual(selected(MAX_REMEMBERED_CLIENTS), [2, 2, 2, 2]);
    assert.deepEqual(selected(MAX_REMEMBERED_CLIENTS + 1), [3, 2, 2, 2, 2]);
  });

  it("RFC 9528 §A.2.2: a client that refuses message_3 tells the server, which forgets the session", async () => {
    const lab = new EdhocLab({ reverse: reverse(), message4: true });
    const codes: number[] = [];
    const client = lab.client(CLIENT, (code) => codes.push(code));
    const peers = lab.parties.know(lab.parties.initiators);
    await assert.rejects(lab.establishAsResponder(client, { peers, message4: true }), UnknownCredentialError);
    assert.deepEqual(codes, [CHANGED, CHANGED, CHANGED], "an error message is not answered with one");
    assert.equal(lab.sessions.length, 0);
  });

  it("RFC 9528 §A.2.2: a server without this flow says so", async () => {
    const lab = new EdhocLab();
    await assert.rejects(lab.establishAsResponder(lab.client(CLIENT)), EdhocPeerError);
  });

  it("RFC 9528 §3.3.3: connection identifiers differ from those of both flows, and of OSCORE", async () => {
    const taken: Uint8Array[] = [];
    const lab = new EdhocLab({
      reverse: reverse(),
      isTaken: (id) => {
        taken.push(id);
        return taken.length === 1;
      },
    });
    const { payload } = await lab.begin(lab.client(CLIENT));
    assert.deepEqual(decodeMessage1(payload).connectionId, taken[1]);
  });

  it("RFC 9528 §9.7: from half of the places on, a client shows first where it is", async () => {
    const lab = new EdhocLab({ reverse: reverse(), limits: { halfOpenSessions: 2 } });
    const codes: number[] = [];
    for (const address of ["fd00::2", "fd00::3"])
      await lab.begin(lab.client(address, (code) => codes.push(code)));
    assert.deepEqual(codes, [CHANGED, UNAUTHORIZED, CHANGED]);
  });

  it("RFC 9668 §3: combined requests are for the forward flow", async () => {
    const lab = new EdhocLab({ reverse: reverse() });
    const { payload } = await lab.begin(lab.client(CLIENT));
    const { connectionId } = decodeMessage1(payload);
    const complete = (): void => lab.edhoc.completeCombined(connectionId, fromHex("40"), REMOTE);
    assert.throws(complete, EdhocProcessingError, "by itself");
    assert.throws(complete, EdhocProcessingError, "no session");
  });

  it("RFC 9528 §A.2.2: a server whose credentials do not fit the method says so when it is made", () => {
    assert.throws(() => new EdhocLab({ reverse: reverse(4) }), EdhocUsageError);
    const parties = new Parties(hostCrypto());
    const credentials = parties.responders.filter(({ use }) => use === "signature");
    const only = { reverse: reverse(), forward: false, credentials };
    assert.throws(() => new EdhocLab(only), EdhocUsageError, "method 3");
  });
});
