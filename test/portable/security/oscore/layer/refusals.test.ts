import { fromHex, toHex } from "../../../../../src/bytes/hex.js";
import { decodeUtf8, encodeUtf8 } from "../../../../../src/bytes/utf8.js";
import { BAD_OPTION, BAD_REQUEST, GET, UNAUTHORIZED } from "../../../../../src/coap/codec/code.js";
import { CON, Message, encodeMessage } from "../../../../../src/coap/codec/message.js";
import { MAX_AGE, OSCORE, URI_PATH } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { text } from "../../../../../src/coap/server/response.js";
import type { ContextParameters } from "../../../../../src/security/oscore/context/parameters.js";
import { establish } from "../../../../../src/security/oscore/context/security-context.js";
import { SecurityContexts } from "../../../../../src/security/oscore/contexts/security-contexts.js";
import { oscore } from "../../../../../src/security/oscore/layer/oscore.js";
import { PlaintextBuffer } from "../../../../../src/security/oscore/message/plaintext.js";
import { encodeOscoreOption } from "../../../../../src/security/oscore/option.js";
import { assert, describe, hostCrypto, it } from "../../../../portable.js";
import { Lab, empty } from "../../../coap/wire.js";
import { vectors } from "../../../vectors/oscore-rfc8613.js";
import { CLIENT_PARAMETERS, mirrored } from "./protected-lab.js";

/** What clients have: the example, and one that shares its Recipient ID at the server. */
const CONTEXTS = {
  "C.1.2": CLIENT_PARAMETERS,
  other: { ...CLIENT_PARAMETERS, masterSecret: fromHex("101112131415161718191a1b1c1d1e1f") },
} as const;
const DEFAULT_CONTEXTS = ["C.1.2"] as const;

/** An endpoint that has the server's context of RFC 8613 §C.1.2, and a site that counts. */
class Server extends Lab {
  acted = 0;

  /** @param names which of {@link CONTEXTS} it has, in order */
  constructor(...names: readonly (keyof typeof CONTEXTS)[]) {
    const contexts = new SecurityContexts(hostCrypto());
    for (const name of names.length > 0 ? names : DEFAULT_CONTEXTS)
      contexts.add(name, mirrored(CONTEXTS[name]));
    super({ site: new Site(), oscore: oscore({ contexts }) });
    this.site.add("tv1", {
      get: () => {
        this.acted += 1;
        return text("Hello World!");
      },
    });
  }

  async answerTo(message: string): Promise<Message> {
    const answers = await this.ask(message);
    assert.equal(answers.length, 1);
    return new Message(fromHex(answers[0]!));
  }

  ask(message: string): Promise<string[]> {
    return this.wire.ask(message);
  }
}

const EXAMPLE = vectors.messages.find(({ section }) => section === "C.4")!.protected;
const RESPONSE = vectors.messages.find(({ section }) => section === "C.7")!;

/** The example with another message ID, so that it is no duplicate. */
function again(message: string, id = "0001"): string {
  return `${message.slice(0, 4)}${id}${message.slice(8)}`;
}

function requireRefusal(message: Message, code: number, diagnostic: string): void {
  assert.equal(message.code, code);
  assert.equal(decodeUtf8(message.payload), diagnostic);
  assert.equal(message.options.uint(MAX_AGE), 0);
  assert.equal(message.options.has(OSCORE), false);
}

/** A request as a client protects it, that of §C.1.1 where nothing else is said. */
function protectedRequest(
  partialIv: number,
  plaintext: Uint8Array,
  parameters: ContextParameters = CLIENT_PARAMETERS,
): string {
  const context = establish(hostCrypto(), parameters);
  const { senderId: kid } = parameters;
  const options = new Options().add(OSCORE, encodeOscoreOption({ partialIv, kid, kidContext: undefined }));
  const buffer = new Uint8Array(128);
  const payload = context.sealRequest(partialIv, plaintext);
  const token = Uint8Array.of(0xaa, partialIv);
  return toHex(buffer.slice(0, encodeMessage(buffer, CON, 2, 0x100 + partialIv, token, options, payload)));
}

describe("OSCORE refusals", () => {
  it("RFC 8613 §C.4: the request of the example is answered, and with the ciphertext of §C.7 where the answer is that", async () => {
    const server = new Server();
    const answer = await server.answerTo(EXAMPLE);
    assert.equal(server.acted, 1);
    assert.equal(answer.code, 0x44);
    assert.equal(answer.options.first(OSCORE)!.length, 0);
    const client = establish(hostCrypto(), CLIENT_PARAMETERS);
    const plaintext = client.openResponse(0x14, undefined, answer.payload);
    // That of §C.7 has no Content-Format, which ours says.
    assert.equal(toHex(plaintext!), RESPONSE.plaintext.replace("45ff", "45c0ff"));
  });

  it("RFC 8613 §7.4: a replayed request is answered 4.01, and nothing is done", async () => {
    const server = new Server();
    await server.answerTo(EXAMPLE);
    requireRefusal(await server.answerTo(again(EXAMPLE)), UNAUTHORIZED, "Replay detected");
    assert.equal(server.acted, 1);
  });

  it("RFC 8613 §7.4, §8.2: so is one where another context has the Recipient ID, whichever comes first", async () => {
    for (const names of [
      ["C.1.2", "other"],
      ["other", "C.1.2"],
    ] as const) {
      const server = new Server(...names);
      await server.answerTo(EXAMPLE);
      requireRefusal(await server.answerTo(again(EXAMPLE)), UNAUTHORIZED, "Replay detected");
      assert.equal(server.acted, 1);
      // The other context has not had the Partial IV: its peer's request is taken.
      const { code } = await server.answerTo(protectedRequest(0x14, fromHex("01b3747631"), CONTEXTS.other));
      assert.equal(code, 0x44);
      assert.equal(server.acted, 2);
      // What is new to both and neither's is no replay.
      const strange = { ...CLIENT_PARAMETERS, masterSalt: fromHex("") };
      const forged = protectedRequest(0x15, fromHex("01"), strange);
      requireRefusal(await server.answerTo(forged), BAD_REQUEST, "Decryption failed");
    }
  });

  it("RFC 8613 §8.2: a request that was changed is answered 4.00, and may come rightly afterwards", async () => {
    const server = new Server();
    const forged = `${EXAMPLE.slice(0, -2)}00`;
    requireRefusal(await server.answerTo(again(forged)), BAD_REQUEST, "Decryption failed");
    assert.equal(server.acted, 0);
    await server.answerTo(EXAMPLE);
    assert.equal(server.acted, 1);
  });

  it("RFC 8613 §8.2: an unknown kid or kid context is answered 4.01", async () => {
    const server = new Server();
    for (const option of ["63091401", "64191401aa"])
      requireRefusal(
        await server.answerTo(again(EXAMPLE.replace("620914", option), `00${option.slice(0, 2)}`)),
        UNAUTHORIZED,
        "Security context not found",
      );
  });

  it("RFC 8613 §8.2: an option that cannot be decoded, or lacks kid or Partial IV, is answered 4.02", async () => {
    const server = new Server();
    let id = 1;
    for (const option of ["60", "622914", "620114", "6108", "6109", "620f14"]) {
      const message = again(EXAMPLE.replace("620914", option), String(1000 + id));
      id += 1;
      requireRefusal(await server.answerTo(message), BAD_OPTION, "Failed to decode COSE");
    }
  });

  it("RFC 8613 §2: the option is not repeated, and without a payload the message is malformed", async () => {
    const server = new Server();
    const twice = again(EXAMPLE.replace("620914", "620914020914"));
    requireRefusal(await server.answerTo(twice), BAD_OPTION, "Failed to decode COSE");
    const bare = again(EXAMPLE.slice(0, EXAMPLE.indexOf("ff612f")), "0002");
    assert.deepEqual(await server.ask(bare), [empty(fromHex(bare), "RST")]);
  });

  it("RFC 8613 §8.2: Class E options outside are discarded, known or not", async () => {
    const server = new Server();
    // Uri-Path "x" (11) and the critical, unknown option 65001 behind the OSCORE option.
    const message = EXAMPLE.replace("620914ff", "620914" + "2178" + "e0fcd1" + "ff");
    const answer = await server.answerTo(message);
    assert.equal(answer.code, 0x44);
    assert.equal(server.acted, 1);
  });

  it("RFC 8613 §5.3: a plaintext that is no request is answered 4.00, protected", async () => {
    const server = new Server();
    const client = establish(hostCrypto(), CLIENT_PARAMETERS);
    const plaintexts = ["", "00", "45", "01ff", "01f1"];
    for (const [partialIv, plaintext] of plaintexts.entries()) {
      const answer = await server.answerTo(protectedRequest(partialIv, fromHex(plaintext)));
      assert.equal(answer.code, 0x44);
      const opened = client.openResponse(partialIv, undefined, answer.payload);
      assert.equal(opened?.[0], BAD_REQUEST, plaintext);
    }
  });

  it("RFC 8613 §4.1.3.7: what is protected twice is refused", async () => {
    const server = new Server();
    const client = establish(hostCrypto(), CLIENT_PARAMETERS);
    const inner = new Options().addEmpty(OSCORE).addString(URI_PATH, "tv1");
    const plaintext = new PlaintextBuffer(64).encode(GET, inner, encodeUtf8("x"));
    const answer = await server.answerTo(protectedRequest(9, plaintext));
    assert.equal(client.openResponse(9, undefined, answer.payload)?.[0], BAD_OPTION);
    assert.equal(server.acted, 0);
  });

  it("an endpoint without oscore does not know the option", async () => {
    const lab = new Lab();
    const [answer] = await lab.wire.ask(EXAMPLE);
    assert.equal(new Message(fromHex(answer!)).code, BAD_OPTION);
  });
});
