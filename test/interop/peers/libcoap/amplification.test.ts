import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ECHO } from "../../../../src/coap/codec/option-number.js";
import { bodyOf } from "../../ours/bodies.js";
import { withLanOrSkip, withServerOn } from "../../lan/lan-server.js";
import { libcoapClientArguments } from "./libcoap.js";
import { parseReports } from "../../lan/reports.js";
import { LARGE_BYTES } from "../../ours/sample-site.js";

describe("RFC 9175 §2.4: libcoap's client at a global address", () => {
  it("gets at most three times what it sent, or 136 bytes, until it returns our Echo; and all of /large", async function () {
    const folder = await mkdtemp(join(tmpdir(), "coapsule-"));
    try {
      await withLanOrSkip(this, 2, async ([client, host]) => {
        await withServerOn(host!, ["name", "0"], async (server) => {
          const output = join(folder, "large");
          const uri = `coap://[${host!.ipv6Global}]/large`;
          const args = libcoapClientArguments("-o", output, uri);
          const { stderr } = await client!.run("coap-client-notls", args);
          assert.equal(stderr, "");
          assert.ok(Buffer.from(bodyOf(LARGE_BYTES)).equals(await readFile(output)));

          const messages = parseReports(server.output).map(({ message }) => message);
          assert.equal(messages[0]!.remote.address, client!.ipv6Global);
          const echo = messages[1]!.options.first(ECHO);
          assert.ok(echo, "the first answer offers an Echo");
          const proven = messages.findIndex(
            ({ direction, options }) => direction === "in" && options.has(ECHO),
          );
          assert.deepEqual(messages[proven]!.options.first(ECHO), echo);
          for (let index = 0; index < proven; index += 2) {
            const [request, answer] = messages.slice(index, index + 2);
            assert.ok(answer!.bytes.length <= Math.max(136, 3 * request!.bytes.length));
          }
        });
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
