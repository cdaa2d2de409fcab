import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { CHANGED, CONTENT } from "../../../../../src/coap/codec/code.js";
import { ACK, CON, Message, NON, encodeMessage } from "../../../../../src/coap/codec/message.js";
import { OBSERVE, OSCORE } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { ClientErrorResponse } from "../../../../../src/coap/errors.js";
import {
  establish,
  type SecurityContext,
} from "../../../../../src/security/oscore/context/security-context.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { OscoreError } from "../../../../../src/security/oscore/errors.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { decodeOscoreOption, encodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { Lab, reply } from "../../../coap/wire.js";
import { CLIENT_PARAMETERS, mirrored } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;

/** What a server does with a request, by hand. */
type Answering = (request: Message, partialIv: number, server: SecurityContext) => string | undefined;

/** A client that has the context of RFC 8613 §C.1.1, and a server made of bytes. */
class Client extends Lab {
  readonly requests: Message[] = [];
  readonly context = establish(hostCrypto(), mirrored(CLIENT_PARAMETERS));

  constructor(answer: Answering) {
    const contexts = new SecurityContexts(hostCrypto());
    contexts.add("peer", CLIENT_PARAMETERS);
    super({ oscore: oscore({ contexts }) });
    this.wire.answer = (bytes) => {
      const request = new Message(bytes);
      if (request.type === ACK) return undefined;
      this.requests.push(request);
      return answer(request, partialIvOf(request), this.context);
    };
  }

  get failure(): Promise<unknown> {
    return this.until(
      this.endpoint.client.get(this.uri("x"), PEER).then(
        () => undefined,
        (error: unknown) => error,
      ),
    );
  }
}

function partialIvOf({ options }: Message): number {
  return decodeOscoreOption(options.first(OSCORE)!).partialIv!;
}

interface Sealed {
  readonly type?: number;
  readonly messageId?: number;
  readonly code?: number;
  readonly partialIv?: number;
  readonly observe?: number;
}

/** A response whose plaintext is `plaintext`. */
function sealed(
  context: SecurityContext,
  request: Message,
  plaintext: string,
  { type = ACK, messageId = request.messageId, code = CHANGED, partialIv, observe }: Sealed = {},
): string {
  const requestIv = partialIvOf(request);
  const options = new Options().add(
    OSCORE,
    encodeOscoreOption({ partialIv, kid: undefined, kidContext: undefined }),
  );
  if (observe !== undefined) options.addUint(OBSERVE, observe);
  const payload = context.sealResponse(requestIv, partialIv, fromHex(plaintext));
  const buffer = new Uint8Array(128);
  const length = encodeMessage(buffer, type, code, messageId, request.token, options, payload);
  return toHex(buffer.slice(0, length));
}

/** 2.05 with the payload "A". */
const STATE = (letter: string): string => `4560ff${letter}`;

describe("OSCORE responses", () => {
  it("RFC 8613 §8.4: a response that is not the server's is not taken", async () => {
    const answers: Answering[] = [
      // Not protected; changed; for another request; a request; malformed; with an unreadable option; with two of them.
      (request) => reply(request.bytes, "ACK", "45", "ff41"),
      (request, _, server) => `${sealed(server, request, "45ff41").slice(0, -2)}00`,
      (request, partialIv, server) => {
        const payload = toHex(server.sealResponse(partialIv + 1, undefined, fromHex("45ff41")));
        return reply(request.bytes, "ACK", "44", `90ff${payload}`);
      },
      (request, _, server) => sealed(server, request, "01"),
      (request, _, server) => sealed(server, request, "45ff"),
      (request) => reply(request.bytes, "ACK", "44", "91e0ff0102030405060708"),
      (request, partialIv, server) => {
        const payload = toHex(server.sealResponse(partialIv, undefined, fromHex("45ff41")));
        return reply(request.bytes, "ACK", "44", `9000ff${payload}`);
      },
    ];
    for (const answer of answers) {
      const client = new Client(answer);
      assert.ok((await client.failure) instanceof OscoreError);
      client.endpoint.close();
    }
  });

  it("RFC 8613 §8.4: the same holds for separate responses", async () => {
    for (const type of [CON, NON]) {
      const client = new Client((request, _, server) => {
        const message = sealed(server, request, "45ff41", { type, messageId: 7 });
        return `${message.slice(0, -2)}00`;
      });
      assert.ok((await client.failure) instanceof OscoreError);
    }
  });

  it("RFC 8613 §8.3: errors that a server or a proxy cannot protect reach the caller", async () => {
    const client = new Client((request) => reply(request.bytes, "ACK", "81"));
    const error = await client.failure;
    assert.ok(error instanceof ClientErrorResponse && error.code === 0x81);
  });

  it("RFC 8613 §4.1.3.5.2: a notification that nobody asked for is not taken", async () => {
    const client = new Client((request, _, server) => sealed(server, request, STATE("41"), { observe: 1 }));
    assert.ok((await client.failure) instanceof OscoreError);
  });

  it("RFC 8613 §5.2: a response may bring a Partial IV of its own", async () => {
    const client = new Client((request, _, server) => sealed(server, request, "45ff41", { partialIv: 0 }));
    const response = await client.until(client.endpoint.client.get(client.uri("x"), PEER));
    assert.equal(response.text(), "A");
  });

  it("RFC 8613 §7.4.1: notifications count once, in the order of their Partial IVs; what does not verify ends nothing", async () => {
    const client = new Client((request, _, server) =>
      new Message(request.bytes).options.uint(OBSERVE) === 0
        ? sealed(server, request, STATE("41"), { code: CONTENT, observe: 9 })
        : reply(request.bytes, "ACK", "44"),
    );
    const observation = await client.until(client.endpoint.client.observe(client.uri("x"), PEER));
    const [request] = client.requests;
    let messageId = 100;
    const notify = async (letter: string, partialIv: number | undefined, spoilt = false): Promise<void> => {
      messageId += 1;
      const more = partialIv === undefined ? {} : { partialIv };
      const message = sealed(client.context, request!, STATE(letter), {
        type: NON,
        messageId,
        code: CONTENT,
        observe: 0,
        ...more,
      });
      client.wire.send(spoilt ? `${message.slice(0, -2)}00` : message);
      await client.advance(10);
    };
    await notify("42", 5);
    await notify("43", 5);
    await notify("44", 4);
    await notify("45", undefined);
    await notify("46", 6, true);
    await notify("47", 0x1_0000_0000);
    await notify("48", 7);
    const seen: string[] = [];
    for (let count = 0; count < 3; count += 1)
      seen.push((await client.until(observation.next())).value!.text());
    assert.deepEqual(seen, ["A", "B", "G"]);
  });
});
