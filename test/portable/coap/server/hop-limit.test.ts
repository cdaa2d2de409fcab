import { HOP_LIMIT } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { text } from "../../../../src/coap/server/response.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, reply } from "../wire.js";

function lab(): Lab {
  const made = new Lab();
  made.site.add("a", { get: () => text("x") });
  return made;
}

describe("Hop-Limit", () => {
  it("RFC 8768 §3: 1 to 255 changes nothing for an endpoint that is no proxy", async () => {
    const { wire } = lab();
    for (const value of ["01", "10", "ff"])
      assert.deepEqual(await wire.ask(`41 01 12${value} aa b161 51${value}`), [`614512${value}aac0ff78`]);
  });

  it("RFC 8768 §3: 0 and more than 255 are answered 4.00", async () => {
    const { wire } = lab();
    for (const [id, option] of [
      ["1201", "50"],
      ["1202", "5100"],
      ["1203", "520100"],
      ["1204", "5401000000"],
    ] as const) {
      const [answer] = await wire.ask(`41 01 ${id} aa b161 ${option}`);
      assert.equal(answer?.slice(0, 12), `6180${id}aaff`, option);
    }
  });

  it("RFC 8768 §3: our client sends none that is out of that range", async () => {
    const made = new Lab();
    made.wire.answer = (heard) => reply(heard, "ACK", "45");
    const ask = (hopLimit: number): Promise<unknown> =>
      made.until(
        made.endpoint.client.get(made.uri("a"), { options: new Options().addUint(HOP_LIMIT, hopLimit) }),
      );
    for (const hopLimit of [0, 256]) {
      await assert.rejects(ask(hopLimit), RangeError);
      assert.deepEqual(made.wire.take(), []);
    }
    for (const [hopLimit, option] of [
      [1, "5101"],
      [255, "51ff"],
    ] as const) {
      await ask(hopLimit);
      const [request = ""] = made.wire.take();
      assert.ok(request.endsWith(`b161${option}`), request);
    }
  });

  it("RFC 7252 §5.4.5: of several only the first counts", async () => {
    const { wire } = lab();
    assert.deepEqual(await wire.ask("41 01 1234 aa b161 5101 0100"), ["61451234aac0ff78"]);
  });
});
