/** Requests for more of a response to a request with a body. RFC 9177 §4.4, §10.3.2, §10.3.3. */

import { qBlock } from "../../../../../src/coap/bodies/qblock/q-block.js";
import { content } from "../../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../../portable.js";
import { Lab } from "../../wire.js";

const BLOCK = 16;
const BLOCKS = 12;
const FETCH = "05";
const POST = "02";
const PUT = "03";
const NOTHING_KEPT = "88";

function byte(value: number): string {
  return value.toString(16).padStart(2, "0");
}

/** An endpoint whose /b answers FETCH, POST and PUT with a body of {@link BLOCKS} blocks, and notes what it was given. */
function serve(): { readonly lab: Lab; readonly calls: string[] } {
  const lab = new Lab({ qBlock: qBlock() });
  const calls: string[] = [];
  const answer = ({ payload }: { readonly payload: Uint8Array }): ReturnType<typeof content> => {
    calls.push(String.fromCharCode(...payload));
    const body = Uint8Array.from({ length: BLOCKS * BLOCK }, (_, index) => Math.floor(index / BLOCK));
    return content(body, 42, { etag: Uint8Array.of(0x15) });
  };
  lab.site.add("b", { fetch: answer, post: answer, put: answer });
  return { lab, calls };
}

/** Sends a Non-confirmable request to /b; the code and the last byte of the payload of each response. */
async function ask(
  lab: Lab,
  id: number,
  code: string,
  value: string,
  payload = "",
  format = "",
): Promise<string[]> {
  // Uri-Path, Content-Format where there is one, Q-Block2.
  const option = format === "" ? "d107" : `${format}d106`;
  const head = `51${code}20${byte(id)}${byte(id)}b162${option}${value}`;
  const heard = await lab.wire.ask(payload === "" ? head : `${head}ff${payload}`);
  return heard.map((one) => one.slice(2, 4) + one.slice(-2));
}

function blocks(start: number, end: number): string[] {
  return Array.from({ length: end - start }, (_, index) => `45${byte(start + index)}`);
}

describe("Q-Block2 with requests that have bodies", () => {
  for (const [name, method] of [
    ["FETCH", FETCH],
    ["POST", POST],
    ["PUT", PUT],
  ] as const)
    it(`RFC 9177 §10.3.2, §10.3.3: ${name} without payload and NUM > 0 asks for more, and is not acted on`, async () => {
      const { lab, calls } = serve();
      // Content-Format 42; Q-Block2 0/1/16.
      assert.deepEqual(await ask(lab, 1, method, "08", "61", "112a"), blocks(0, 10));
      // 'Continue': NUM is MAX_PAYLOADS, and M is set. There is no payload, so there is no format either.
      assert.deepEqual(await ask(lab, 2, method, "a8"), blocks(10, 12));
      assert.deepEqual(await ask(lab, 3, method, "10"), blocks(1, 2));
      assert.deepEqual(calls, ["a"]);
    });

  for (const [name, method] of [
    ["FETCH", FETCH],
    ["POST", POST],
    ["PUT", PUT],
  ] as const)
    it(`RFC 9177 §4.4: ${name} without payload and NUM > 0 is 4.08 where nothing is kept, and not acted on`, async () => {
      const { lab, calls } = serve();
      for (const value of ["a8", "10", "18"]) {
        const [response] = await ask(lab, 1 + Number.parseInt(value, 16), method, value);
        assert.equal(response!.slice(0, 2), NOTHING_KEPT);
      }
      assert.deepEqual(calls, []);
    });

  it("RFC 9177 §4.4: a request with a payload that asks for the first block alone is acted on, each time", async () => {
    const { lab, calls } = serve();
    for (const method of [POST, PUT]) {
      // Q-Block2 0/0/16 has no bytes: a block size to begin with.
      assert.deepEqual(await ask(lab, 0x40 + calls.length, method, "00", "61"), blocks(0, 1));
      assert.deepEqual(await ask(lab, 0x50 + calls.length, method, "00", "62"), blocks(0, 1));
    }
    assert.deepEqual(calls, ["a", "b", "a", "b"]);
  });
});
