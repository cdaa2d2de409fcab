import { OCTET_STREAM } from "../../../../../src/coap/codec/content-format.js";
import { CONTENT } from "../../../../../src/coap/codec/code.js";
import { URI_QUERY } from "../../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../../src/coap/codec/options.js";
import { changed, content, text } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { CLIENT_PARAMETERS, ProtectedLab } from "./protected-lab.js";

const PEER = { securityContext: "peer" } as const;
const LIMIT = 160;

describe("OSCORE message sizes", () => {
  it("RFC 8613 §4.1.3.4: with protection a message is no longer than the limit, whatever the length of its body", async () => {
    for (const parameters of [
      CLIENT_PARAMETERS,
      {
        ...CLIENT_PARAMETERS,
        senderId: new Uint8Array(7),
        idContext: new Uint8Array(24),
        algorithm: "AES-CCM-16-128-128",
      } as const,
    ]) {
      const limits = { maxMessageBytes: LIMIT };
      const lab = new ProtectedLab({ parameters, server: { limits }, client: { limits } });
      let length = 0;
      let stored = 0;
      lab.site.add("body", {
        get: () => content(new Uint8Array(length), OCTET_STREAM, { maxAge: 1 }),
        put: ({ payload }) => {
          stored = payload.length;
          return changed();
        },
      });
      for (length = 0; length <= LIMIT + 8; length += 8) {
        const payload = new Uint8Array(length);
        await lab.until(lab.client.client.put(lab.uri("body"), { ...PEER, payload }));
        assert.equal(stored, length);
        const response = await lab.until(lab.client.client.get(lab.uri("body"), PEER));
        assert.deepEqual([response.code, response.payload.length], [CONTENT, length]);
      }
      for (const bytes of [...lab.sent, ...lab.received]) assert.ok(bytes.length <= LIMIT);
      lab.server.close();
      lab.client.close();
    }
  });

  it("RFC 8613 §8.1: a request that does not fit with its protection is refused before it is sent", async () => {
    const lab = new ProtectedLab({ client: { limits: { maxMessageBytes: LIMIT } } });
    lab.site.add("hello", { get: () => text("hi") });
    const asks = (bytes: number): Promise<string> => {
      const options = new Options().addString(URI_QUERY, "q".repeat(bytes));
      return lab.until(
        lab.client.client.get(lab.uri("hello"), { ...PEER, options }).then(
          (response) => response.text(),
          (error: unknown) => (error as Error).name,
        ),
      );
    };
    // Header 4, token 4, option 3, marker 1, code 1, Uri-Path 6, Uri-Query 2 and its bytes, tag 8.
    assert.equal(await asks(LIMIT - 29), "hi");
    assert.equal(await asks(LIMIT - 28), "MessageTooLargeError");
    assert.equal(lab.sent.length, 1);
  });
});
