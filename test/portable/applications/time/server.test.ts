import { describe, it, assert } from "../../../portable.js";
import { decodeUtf8 } from "../../../../src/bytes/utf8.js";
import { formatDiagnostic } from "../../../../src/cbor/diagnostic.js";
import {
  BAD_REQUEST,
  CONTENT,
  NOT_ACCEPTABLE,
  SERVICE_UNAVAILABLE,
} from "../../../../src/coap/codec/code.js";
import { CBOR, JSON_FORMAT, TEXT_PLAIN } from "../../../../src/coap/codec/content-format.js";
import { formatLinks } from "../../../../src/coap/codec/link-format.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import type { Response } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import type { TimeSource } from "../../../../src/applications/time/reading.js";
import { mountTimeResource, UNKNOWN_TIME_RETRY_S } from "../../../../src/applications/time/server.js";
import { WallClock } from "../../../../src/applications/time/source.js";
import { getRequest, START_MS } from "./fakes.js";

async function get(source: TimeSource, query: readonly string[] = [], accept?: number): Promise<Response> {
  return mountTimeResource(new Site(), "time", source).definition.get!(getRequest(query, accept));
}

async function notation(source: TimeSource, ...query: string[]): Promise<string> {
  return formatDiagnostic((await get(source, query, CBOR)).payload!);
}

describe("time resource", () => {
  const source = new WallClock(() => START_MS + 1234.5);

  it("'Everything over CoAP' §2.6: decimal ASCII by default, and Max-Age 0", async () => {
    for (const accept of [undefined, TEXT_PLAIN]) {
      const response = await get(source, [], accept);
      assert.equal(response.code, CONTENT);
      assert.equal(decodeUtf8(response.payload!), "1767225601");
      assert.equal(response.contentFormat, TEXT_PLAIN);
      assert.equal(response.maxAge, 0);
    }
    assert.equal(decodeUtf8((await get(source, ["ticks"])).payload!), "1767225601");
  });

  it("'Everything over CoAP' §2.6: CBOR for those who accept it, with any of the three tags", async () => {
    const response = await get(source, [], CBOR);
    assert.equal(response.contentFormat, CBOR);
    assert.equal(response.maxAge, 0);
    assert.equal(await notation(source), "1001({1: 1767225601, -3: 234})");
    assert.equal(await notation(source, "tag=1001", "scale=utc"), "1001({1: 1767225601, -3: 234})");
    assert.equal(await notation(source, "tag=0"), '0("2026-01-01T00:00:01.234Z")');
    assert.equal(await notation(source, "tag=1"), "1(1767225601.234)");
    assert.equal(await notation(source, "scale=tai"), "1001({1: 1767225638, -3: 234, -1: 1})");
  });

  it("RFC 9581 §3.5.5: passes a promise of the clock on", async () => {
    const promising = new WallClock(() => START_MS, { uncertaintyMs: 3 });
    assert.equal(
      await notation(promising),
      "1001({1: 1767225600, -3: 0, -7: {1: 0, -3: 3}, -8: {1: 0, -3: 3}})",
    );
  });

  it("RFC 7252 §5.10.4: refuses other formats with 4.06", async () => {
    const error = await assert.rejects(
      get(source, [], JSON_FORMAT),
      RequestError,
      "expected Accept 0 or 60, got 50",
    );
    assert.equal(error.code, NOT_ACCEPTABLE);
  });

  it("refuses arguments that it cannot follow, and passes over those that it does not know", async () => {
    for (const [query, accept] of [
      [["tag=2"], CBOR],
      [["tag="], CBOR],
      [["scale=gps"], CBOR],
      [["scale=tai"], TEXT_PLAIN],
      [["scale=tai"], undefined],
      [["scale=tai", "tag=0"], CBOR],
      [["tag=1", "scale=tai"], CBOR],
    ] as const) {
      const error = await assert.rejects(get(source, query, accept), RequestError);
      assert.equal(error.code, BAD_REQUEST);
    }
    assert.equal((await get(source, ["x", "y=1"], CBOR)).code, CONTENT);
  });

  it("RFC 7252 §5.9.3.4: answers 5.03 with Max-Age while the time is not known", async () => {
    const error = await assert.rejects(get({ read: () => undefined }), RequestError, "not known");
    assert.equal(error.code, SERVICE_UNAVAILABLE);
    assert.equal(error.toResponse().maxAge, UNKNOWN_TIME_RETRY_S);
  });

  it("RFC 6690: is listed as observable, with its formats", () => {
    const site = new Site();
    mountTimeResource(site, "clock/time", source);
    assert.equal(formatLinks(site.links), '</clock/time>;title="UNIX time";ct="0 60";obs');
    assert.throws(() => mountTimeResource(site, "clock/time", source), RangeError);
  });
});
