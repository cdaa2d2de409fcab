import assert from "node:assert/strict";
import { MAX_BUSY_WAIT_S, askPatiently } from "../../../../cli/client/busy-server.js";
import { describeError } from "../../../../cli/exit-code.js";
import { NODE_LIMITS } from "../../../../hosts/node/limits.js";
import { nodePlatform } from "../../../../hosts/node/platform.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import type { ClientResponse } from "../../../../src/coap/client-response.js";
import { NOT_FOUND, SERVICE_UNAVAILABLE, TOO_MANY_REQUESTS } from "../../../../src/coap/codec/code.js";
import { LINK_FORMAT } from "../../../../src/coap/codec/content-format.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { Endpoint } from "../../../../src/coap/endpoint.js";
import { ServerErrorResponse } from "../../../../src/coap/errors.js";
import { RequestError } from "../../../../src/coap/server/request-error.js";
import type { Request } from "../../../../src/coap/server/request.js";
import { changed, content, type Response } from "../../../../src/coap/server/response.js";
import { Site } from "../../../../src/coap/server/site.js";
import { runCli } from "../run-cli.js";

/** As of a server that wants to be asked again after `maxAge` seconds. */
function refusal(code: number, maxAge: number): ServerErrorResponse {
  const response = {
    code,
    maxAge,
    payload: new Uint8Array(0),
    contentFormat: undefined,
    options: new Options(),
  };
  return new ServerErrorResponse(response as unknown as ClientResponse);
}

interface Outcome {
  readonly error: unknown;
  readonly waitsMs: readonly number[];
  readonly said: readonly string[];
}

/** Asks a server that answers so, one after the other, and then as it should. */
async function ask(
  answers: readonly Error[],
  options: { readonly timeoutMs?: number; readonly isRepeatable?: boolean; readonly abort?: boolean } = {},
): Promise<Outcome> {
  const { timeoutMs, isRepeatable = true, abort = false } = options;
  const left = [...answers];
  const waitsMs: number[] = [];
  const said: string[] = [];
  const controller = new AbortController();
  let error: unknown;
  try {
    await askPatiently(
      {
        signal: controller.signal,
        isRepeatable,
        ...(timeoutMs !== undefined && { timeoutMs }),
        say: (line) => said.push(line),
        wait: (ms) => {
          waitsMs.push(ms);
          if (abort) controller.abort();
          return Promise.resolve();
        },
      },
      () => {
        const answer = left.shift();
        return answer ? Promise.reject(answer) : Promise.resolve();
      },
    );
  } catch (thrown) {
    error = thrown;
  }
  return { error, waitsMs, said };
}

describe("commands and busy servers", () => {
  it("RFC 7252 §5.9.3.4, RFC 8516 §4: ask again after Max-Age, and say so", async () => {
    const busy = [refusal(SERVICE_UNAVAILABLE, 5), refusal(TOO_MANY_REQUESTS, 10)];
    const { error, waitsMs, said } = await ask(busy);
    assert.equal(error, undefined);
    assert.deepEqual(waitsMs, [5000, 10_000]);
    assert.deepEqual(said, [
      "the server is busy (5.03): asking again in 5 s",
      "the server is busy (4.29): asking again in 10 s",
    ]);
  });

  it("MAX_BUSY_WAIT_S: wait so long in all, and no longer", async () => {
    assert.deepEqual((await ask([refusal(SERVICE_UNAVAILABLE, MAX_BUSY_WAIT_S)])).waitsMs, [30_000]);
    for (const maxAge of [MAX_BUSY_WAIT_S + 1, 4_294_967_295]) {
      const { error, waitsMs } = await ask([refusal(SERVICE_UNAVAILABLE, maxAge)]);
      assert.ok(error instanceof ServerErrorResponse);
      assert.deepEqual(waitsMs, []);
    }
    const again = Array.from({ length: 4 }, () => refusal(SERVICE_UNAVAILABLE, 10));
    const { error, waitsMs } = await ask(again);
    assert.equal(error, again[3]);
    assert.deepEqual(waitsMs, [10_000, 10_000, 10_000]);
  });

  it("wait a second where Max-Age is 0: a server that is always busy is given up", async () => {
    const { error, waitsMs } = await ask(Array.from({ length: 100 }, () => refusal(SERVICE_UNAVAILABLE, 0)));
    assert.ok(error instanceof ServerErrorResponse);
    assert.deepEqual(new Set(waitsMs), new Set([1000]));
    assert.equal(waitsMs.length, MAX_BUSY_WAIT_S);
  });

  it("do not wait beyond the time-out, for a body that cannot be sent again, or once they are given up", async () => {
    const busy = refusal(SERVICE_UNAVAILABLE, 5);
    assert.deepEqual((await ask([busy], { timeoutMs: 4999 })).waitsMs, []);
    assert.deepEqual((await ask([busy], { timeoutMs: 60_000 })).waitsMs, [5000]);
    assert.equal((await ask([busy], { isRepeatable: false })).error, busy);
    assert.equal((await ask([busy], { abort: true })).error, busy);
  });

  it("do not ask again for any other reason", async () => {
    for (const other of [refusal(NOT_FOUND, 5), new Error("no")]) {
      const { error, waitsMs } = await ask([other]);
      assert.equal(error, other);
      assert.deepEqual(waitsMs, []);
    }
  });

  it("RFC 8516 §4: get, discover, observe and put go on by themselves, bodies included", async () => {
    const site = new Site();
    const asked = new Set<string>();
    const oncePerPath = ({ path }: Request): void => {
      const name = path.join("/");
      if (asked.has(name)) return;
      asked.add(name);
      throw new RequestError(SERVICE_UNAVAILABLE, "busy", { maxAge: 1 });
    };
    const get = (request: Request): Response => {
      oncePerPath(request);
      return content(encodeUtf8("</a>"), LINK_FORMAT);
    };
    let stored = 0;
    const put = (request: Request): Response => {
      oncePerPath(request);
      stored = request.payload.length;
      return changed();
    };
    for (const name of ["text", "links"]) site.add(name, { get });
    site.add("state", { get, observable: true });
    site.add("store", { put });
    const endpoint = new Endpoint(nodePlatform(), { site, limits: NODE_LIMITS });
    const uri = `coap://[::1]:${endpoint.port}`;
    try {
      const commands: readonly (readonly string[])[] = [
        ["get", `${uri}/text`],
        ["discover", `${uri}/links`],
        ["observe", `${uri}/state`, "--count", "1"],
        ["put", `${uri}/store`, "x".repeat(5000)],
      ];
      const outputs: string[] = [];
      for (const args of commands) {
        const { code, stdout, stderr } = await runCli(args);
        assert.deepEqual([code, stderr], [0, "coapsule: the server is busy (5.03): asking again in 1 s\n"]);
        outputs.push(stdout);
      }
      assert.deepEqual(outputs, ["</a>", "/a\n", "/a\n", ""]);
      assert.equal(stored, 5000);
    } finally {
      endpoint.close();
    }
  });

  it("say when the server may be asked again, an hour at most", () => {
    assert.equal(
      describeError(refusal(SERVICE_UNAVAILABLE, 31)),
      "5.03 Service Unavailable (it may be asked again in 31 s)",
    );
    assert.match(describeError(refusal(TOO_MANY_REQUESTS, 4_294_967_295)), /asked again in 3600 s\)$/u);
    assert.equal(describeError(refusal(NOT_FOUND, 5)), "4.04 Not Found");
  });
});
