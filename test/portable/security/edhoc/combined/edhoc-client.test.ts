import type { Client } from "../../../../../src/coap/client/client.js";
import {
  BAD_OPTION,
  BAD_REQUEST,
  INTERNAL_SERVER_ERROR,
  METHOD_NOT_ALLOWED,
  NOT_FOUND,
  SERVICE_UNAVAILABLE,
  UNAUTHORIZED,
  codeClass,
} from "../../../../../src/coap/codec/code.js";
import type { Message } from "../../../../../src/coap/codec/message.js";
import { EDHOC, OSCORE } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { ClientErrorResponse, ServerErrorResponse } from "../../../../../src/coap/errors.js";
import type { IncomingRequest } from "../../../../../src/coap/messaging/incoming-request.js";
import type {
  MessageProtection,
  MessageProtectionFactory,
} from "../../../../../src/coap/requesting/message-protection.js";
import { EdhocResponseError } from "../../../../../src/security/edhoc/coap/conversation.js";
import type { EdhocServer } from "../../../../../src/security/edhoc/coap/server.js";
import {
  EdhocClient,
  MAX_SEQUENTIAL_SERVERS,
  type EdhocClientOptions,
} from "../../../../../src/security/edhoc/combined/edhoc-client.js";
import {
  EdhocError,
  EdhocPeerError,
  EdhocProcessingError,
} from "../../../../../src/security/edhoc/errors.js";
import { assert, describe, it } from "../../../../portable.js";
import { SERVER, URI } from "../coap/lab.js";
import { makeCredential } from "../suites/parties.js";
import { CombinedLab, WHO } from "./combined-lab.js";

/** A server without RFC 9668: to its OSCORE layer the option is one that is not known. */
const withoutCombined = (_: EdhocServer, factory: MessageProtectionFactory): MessageProtectionFactory =>
  factory;

/** Servers that answer requests with an EDHOC option with that code, and do no more. */
function answering(
  code: number,
): (edhoc: EdhocServer, factory: MessageProtectionFactory) => MessageProtectionFactory {
  return (_, factory) => (parts) => refusing(factory(parts), ({ options }) => options.has(EDHOC), code);
}

/** Answers what is protected with a code, without protection. */
function answeringAll(
  code: number,
): (edhoc: EdhocServer, factory: MessageProtectionFactory) => MessageProtectionFactory {
  return (_, factory) => (parts) => refusing(factory(parts), ({ options }) => options.has(OSCORE), code);
}

function refusing(
  inner: MessageProtection,
  isRefused: (message: Message) => boolean,
  code: number,
): MessageProtection {
  return {
    amplification: inner.amplification,
    attach: (above, below) => inner.attach(above, below),
    peer: (peer, name) => inner.peer(peer, name),
    close: () => inner.close(),
    request(request: IncomingRequest) {
      if (isRefused(request.message)) request.respond(code, new Options(), undefined);
      else inner.request(request);
    },
    response: (message, peer) => inner.response(message, peer),
    isForGroup: (message) => inner.isForGroup(message),
    rejected: (messageId, peer) => inner.rejected(messageId, peer),
    refused: (peer, error) => inner.refused(peer, error),
    awaits: (peer, notifications) => inner.awaits(peer, notifications),
    disconnected: (peer, error) => inner.disconnected(peer, error),
  };
}

/** A lab whose client asks through an {@link EdhocClient}. */
class Asking extends CombinedLab {
  /** Takes what the server has of the last session. */
  readonly edhoc = (options: Partial<EdhocClientOptions> = {}): EdhocClient => {
    const { crypto, random, initiators } = this.lab.parties;
    return new EdhocClient({
      crypto,
      random,
      credentials: initiators,
      peers: this.lab.servers,
      method: 3,
      contexts: this.contexts,
      combined: this.combined,
      ...options,
    });
  };

  async asks(
    edhoc: EdhocClient,
    use: (client: Client) => Promise<string> = whoAmI,
    isRepeatable = true,
    uri = URI,
  ): Promise<string> {
    // Each of the server's sessions is the last one.
    this.serverContexts.remove("client");
    const server = { uri, name: "server" };
    return this.lab.world.time.until(edhoc.ask(this.client, server, use, isRepeatable));
  }

  /** What was sent since the last time that somebody looked. */
  get requests(): string {
    const requests = this.sent.splice(0).filter(({ code }) => code > 0 && codeClass(code) === 0);
    return requests
      .map(({ options, payload }) => {
        if (options.has(EDHOC)) return "combined";
        if (options.has(OSCORE)) return "request";
        return payload[0] === 0xf5 ? "message_1" : "message_3";
      })
      .join(", ");
  }
}

async function whoAmI(client: Client): Promise<string> {
  return (await client.get(WHO, { securityContext: "server" })).text();
}

const COMBINED = "message_1, combined";
const SEQUENTIAL = "message_1, message_3, request";
/** A combined request that is refused, and the session completed all the same. */
const BOTH = "message_1, combined, message_3, request";

describe("EDHOC with servers of any make", () => {
  it("RFC 9668 §3: message_3 goes with the first request", async () => {
    const lab = new Asking();
    assert.equal(await lab.asks(lab.edhoc()), "client");
    assert.equal(lab.requests, COMBINED);
  });

  it("RFC 7252 §5.4.1, RFC 9668 §2: it goes by itself to who does not know combined requests, the next time at once", async () => {
    const lab = new Asking({}, withoutCombined);
    const edhoc = lab.edhoc();
    assert.equal(await lab.asks(edhoc), "client");
    assert.equal(lab.requests, BOTH);
    assert.deepEqual(
      lab.received.map(({ code }) => code).filter((code) => codeClass(code) >= 4),
      [BAD_OPTION],
    );
    assert.equal(await lab.asks(edhoc), "client");
    assert.equal(lab.requests, SEQUENTIAL);
    // Another one tries again.
    await lab.asks(lab.edhoc());
    assert.equal(lab.requests, BOTH);
  });

  it("RFC 7252 §5.4.1: so it does where a Non-confirmable request with the option is rejected", async () => {
    const lab = new Asking({}, withoutCombined);
    const ask = async (client: Client): Promise<string> =>
      (await client.get(WHO, { securityContext: "server", confirmable: false })).text();
    assert.equal(await lab.asks(lab.edhoc(), ask), "client");
    assert.equal(lab.requests, BOTH);
  });

  for (const code of [BAD_REQUEST, UNAUTHORIZED, BAD_OPTION, NOT_FOUND, METHOD_NOT_ALLOWED])
    it(`RFC 8613 §8.2: so it does where the combined request is answered ${code >> 5}.0${code & 31} without protection`, async () => {
      const lab = new Asking({}, answering(code));
      assert.equal(await lab.asks(lab.edhoc()), "client");
      assert.equal(lab.requests, BOTH);
    });

  it("RFC 9668 §3.3.1: so it does where message_4 has to follow, which is verified", async () => {
    const lab = new Asking({ message4: true });
    assert.equal(await lab.asks(lab.edhoc()), "client");
    // The server has ended the first session.
    assert.equal(lab.requests, `${COMBINED}, ${SEQUENTIAL}`);
    assert.ok(lab.received.some(({ payload, code }) => code === 0x44 && payload.length === 9));
  });

  it("RFC 9668 §3.3.1: an error of the resource, which is protected, is no refusal", async () => {
    const lab = new Asking();
    const missing = async (client: Client): Promise<string> =>
      (await client.get(`${WHO}/else`, { securityContext: "server" })).text();
    const error = await assert.rejects(lab.asks(lab.edhoc(), missing), ClientErrorResponse);
    assert.equal(error.code, NOT_FOUND);
    assert.equal(lab.requests, COMBINED);
  });

  it("RFC 7252 §5.9.3.4: nor is what says that the server is busy", async () => {
    const lab = new Asking({}, answering(SERVICE_UNAVAILABLE));
    const error = await assert.rejects(lab.asks(lab.edhoc()), EdhocError, "protected with the new keys");
    assert.ok(error.cause instanceof ServerErrorResponse);
    assert.equal(lab.requests, COMBINED);
  });

  it("RFC 9528 §6: what neither way has led to is said of both", async () => {
    const all = new Asking({}, answeringAll(NOT_FOUND));
    const error = await assert.rejects(
      all.asks(all.edhoc()),
      EdhocError,
      "got 4.04 Not Found; then a protected",
    );
    assert.ok(error.cause instanceof ClientErrorResponse);
    assert.equal(all.requests, BOTH);
  });

  it("RFC 9528 §6.4: a stranger hears that its credential is not known, which the answer to a combined request does not say", async () => {
    const lab = new Asking();
    const { crypto, random } = lab.lab.parties;
    const credentials = [makeCredential(crypto, random, "P-256", "static-dh", 0x15)];
    const refusal = await assert.rejects(lab.asks(lab.edhoc({ credentials })), EdhocPeerError);
    assert.equal(refusal.received.code, 3);
    assert.equal(lab.requests, "message_1, combined, message_1, message_3");
  });

  it("RFC 9528 §A.2.1: an error response says which message it answers", async () => {
    const lab = new Asking();
    const uri = `coap://[${SERVER}]/no/edhoc`;
    const error = await assert.rejects(
      lab.asks(lab.edhoc(), whoAmI, true, uri),
      EdhocResponseError,
      "expected the server to take message_1",
    );
    assert.deepEqual([error.answered, error.code], ["message_1", NOT_FOUND]);
    assert.ok(error.cause instanceof ClientErrorResponse);
    assert.ok(INTERNAL_SERVER_ERROR > error.code);
  });

  it("RFC 9528 §A.2.1: a request that cannot be repeated comes behind message_3", async () => {
    const lab = new Asking();
    assert.equal(await lab.asks(lab.edhoc(), whoAmI, false), "client");
    assert.equal(lab.requests, SEQUENTIAL);
  });

  it("RFC 9528 §3.9: message_3 by itself, and message_4, are had for the asking", async () => {
    for (const message4 of [false, true, "optional"] as const) {
      const lab = new Asking({ message4 });
      assert.equal(await lab.asks(lab.edhoc({ flow: "sequential" })), "client");
      assert.equal(lab.requests, SEQUENTIAL);
      const strict = lab.asks(lab.edhoc({ flow: "message-4" }));
      if (message4 === false) await assert.rejects(strict, EdhocProcessingError, "message_4");
      else assert.equal(await strict, "client");
    }
  });

  it("RFC 9668 §5: where message_4 is optional, combined requests are taken without", async () => {
    const lab = new Asking({ message4: "optional" });
    assert.equal(await lab.asks(lab.edhoc()), "client");
    assert.equal(lab.requests, COMBINED);
  });

  it("RFC 9528 §5.5.3: a message_4 that does not verify ends the session, though none was asked for", async () => {
    const lab = new Asking({ message4: "optional" });
    lab.lab.site.add("forged", {
      post: async (request) => {
        const answer = await lab.lab.edhoc.resource.post!(request);
        return request.payload[0] === 0xf5
          ? answer
          : { ...answer, payload: new Uint8Array([0x48, ...new Uint8Array(8)]) };
      },
    });
    const uri = `coap://[${SERVER}]/forged`;
    const edhoc = lab.edhoc({ flow: "sequential" });
    await assert.rejects(lab.asks(edhoc, whoAmI, true, uri), EdhocProcessingError, "verifies");
    assert.equal(lab.contexts.size, 0);
  });

  it("remembers MAX_SEQUENTIAL_SERVERS, and tries the oldest again when there is one more", async () => {
    const lab = new Asking({}, withoutCombined);
    const edhoc = lab.edhoc();
    const uri = (number: number): string => `${URI}?${number}`;
    for (let number = 0; number <= MAX_SEQUENTIAL_SERVERS; number += 1) {
      await lab.asks(edhoc, whoAmI, true, uri(number));
      assert.equal(lab.requests, BOTH);
    }
    await lab.asks(edhoc, whoAmI, true, uri(1));
    assert.equal(lab.requests, SEQUENTIAL);
    await lab.asks(edhoc, whoAmI, true, uri(0));
    assert.equal(lab.requests, BOTH);
  });
});
