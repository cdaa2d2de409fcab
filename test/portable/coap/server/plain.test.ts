import { text } from "../../../../src/coap/server/response.js";
import { DEFAULT_LIMITS } from "../../../../src/coap/limits.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab } from "../wire.js";

describe("plain requests", () => {
  it("RFC 7252 §5.10: an answer has its own options, whatever the one before had", async () => {
    const lab = new Lab();
    lab.site.add("a", { get: () => text("x") });
    lab.site.add("b", { get: () => text("x"), maxAge: 5 });
    lab.site.add("c", { get: () => ({ code: 0x45 }) });
    const answers = {
      // Content-Format 0.
      "61": "c0ff78",
      // Content-Format 0, Max-Age 5.
      "62": "c02105ff78",
      "63": "",
    };
    for (const path of ["61", "62", "61", "63", "62", "63", "61"] as const)
      assert.deepEqual(await lab.wire.ask(`41 01 0001 aa b1 ${path}`), [`61450001aa${answers[path]}`]);
  });

  it("RFC 7252 §5.8: an answer that comes later, or is no response, is dealt with as usual", async () => {
    const lab = new Lab();
    lab.site.add("a", { get: () => Promise.resolve(text("x")) });
    lab.site.add("b", { get: () => ({ code: 0x45, maxAge: -1 }) });
    assert.deepEqual(await lab.wire.ask("41 01 0001 aa b1 61"), ["61450001aac0ff78"]);
    assert.deepEqual(await lab.wire.ask("41 01 0002 aa b1 62"), ["61a00002aa"]);
  });

  it("RFC 7959 §2: what is longer than a block goes in blocks, what is as long goes whole", async () => {
    const { blockBytes } = DEFAULT_LIMITS;
    const lab = new Lab();
    let length = blockBytes;
    lab.site.add("a", { get: () => ({ code: 0x45, payload: new Uint8Array(length) }) });
    const [whole] = await lab.wire.ask("41 01 0001 aa b1 61");
    assert.equal(whole, `61450001aaff${"00".repeat(blockBytes)}`);
    length += 1;
    const [block] = await lab.wire.ask("41 01 0002 aa b1 61");
    // An ETag, Block2 0 of 1024 bytes with more to come, Size2 1025.
    assert.ok(/^61450002aa44.{8}d1060e520401ff(00)+$/u.test(block!), block!.slice(0, 40));
  });
});
