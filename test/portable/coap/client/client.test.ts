import { fromHex } from "../../../../src/bytes/hex.js";
import { encodeUtf8 } from "../../../../src/bytes/utf8.js";
import { Cancellation } from "../../../../src/coap/client/cancellation.js";
import { PROXY_URI } from "../../../../src/coap/codec/option-number.js";
import { Options } from "../../../../src/coap/codec/options.js";
import { UriError } from "../../../../src/coap/codec/percent-encoding.js";
import {
  CancelledError,
  ClientErrorResponse,
  LimitError,
  ResponseError,
  ServerErrorResponse,
  TimeoutError,
} from "../../../../src/coap/errors.js";
import { assert, describe, it } from "../../../portable.js";
import { Lab, PEER, PEER_PORT, Wire, reply } from "../wire.js";

/** The bytes of a request behind its token. */
function behindToken(request: string | undefined): string {
  return request!.slice(2 * (4 + 4));
}

function answering(code: string, rest = ""): Lab {
  const lab = new Lab();
  lab.wire.answer = (heard) => reply(heard, "ACK", code, rest);
  return lab;
}

describe("client", () => {
  it("RFC 7252 §5.8, RFC 8132: sends each method with its code", async () => {
    const lab = answering("44");
    const { client } = lab.endpoint;
    for (const method of ["get", "post", "put", "delete", "fetch", "patch", "ipatch"] as const)
      await lab.until(client[method](lab.uri("a")));
    assert.deepEqual(
      lab.wire.take().map((request) => request.slice(0, 4)),
      ["4401", "4402", "4403", "4404", "4405", "4406", "4407"],
    );
  });

  it("RFC 7252 §6.4: path and query; the port and address of the destination are left out", async () => {
    const lab = answering("45");
    await lab.until(lab.endpoint.client.get(lab.uri("a/b?x=1&y")));
    assert.equal(behindToken(lab.wire.take()[0]), "b1610162" + "43783d31" + "0179");
    await lab.until(lab.endpoint.client.get(lab.uri("")));
    assert.equal(behindToken(lab.wire.take()[0]), "");
  });

  it("RFC 7252 §5.10.1: a name in the URI goes into Uri-Host where the address is given apart", async () => {
    const lab = answering("45");
    // Upper case and zeros: the peer is the same endpoint.
    const address = "FD00:0:0:0::2";
    await lab.until(lab.endpoint.client.get("coap://Dev:40000/", { address }));
    assert.equal(behindToken(lab.wire.take()[0]), "33646576");
    await lab.until(lab.endpoint.client.get("coap://[FD00:0::2]:40000/"));
    assert.equal(lab.wire.take().length, 1);
  });

  it("RFC 7252 §5.10.2: no Uri-Host, Uri-Port, Uri-Path or Uri-Query goes beside Proxy-Uri", async () => {
    const lab = answering("45");
    const options = new Options().addString(PROXY_URI, "coap://a/b");
    await lab.until(lab.endpoint.client.get("coap://proxy:40000/p?q", { address: PEER, options }));
    // Delta 35, 10 bytes.
    assert.equal(behindToken(lab.wire.take()[0]), "da16" + "636f61703a2f2f612f62");
  });

  it("RFC 7252 §5.10: writes its options in order, repeated ones with delta 0", async () => {
    const lab = answering("44");
    await lab.until(
      lab.endpoint.client.put(lab.uri("a"), {
        ifMatch: [fromHex("01"), fromHex("")],
        etags: [fromHex("02")],
        contentFormat: 50,
        accept: 60,
        options: new Options().addUint(14, 5),
        payload: encodeUtf8("x"),
      }),
    );
    assert.equal(
      behindToken(lab.wire.take()[0]),
      ["11 01 00", "31 02", "71 61", "11 32", "21 05", "31 3c", "ff 78"].join("").replaceAll(" ", ""),
    );
    await lab.until(lab.endpoint.client.put(lab.uri("a"), { ifNoneMatch: true }));
    assert.equal(behindToken(lab.wire.take()[0]), "506161");
  });

  it("RFC 7252 §5.5: sends no payload with GET and DELETE, and ignores that of a 2.03", async () => {
    const lab = answering("43", "ff31");
    const { client } = lab.endpoint;
    const payload = encodeUtf8("x");
    for (const method of ["get", "delete"] as const)
      await assert.rejects(client[method](lab.uri("a"), { payload }), RangeError, "no payload");
    assert.equal((await lab.until(client.get(lab.uri("a")))).payload.length, 0);
    assert.equal(lab.wire.take().length, 1);
  });

  it("RFC 8132 §2.3.1: FETCH says what format its body has, bytes where nobody said", async () => {
    const lab = answering("45");
    const payload = encodeUtf8("x");
    await lab.until(lab.endpoint.client.fetch(lab.uri("a"), { payload }));
    await lab.until(lab.endpoint.client.fetch(lab.uri("a"), { payload, contentFormat: 60 }));
    assert.deepEqual(lab.wire.take().map(behindToken), ["b161112aff78", "b161113cff78"]);
  });

  it("reads what a response carries", async () => {
    // ETag, Location-Path twice, Content-Format 60, Max-Age 5, Location-Query.
    const lab = answering("41", "41aa" + "4161" + "0162" + "413c" + "2105" + "6178" + "ff01");
    const response = await lab.until(lab.endpoint.client.post(lab.uri("a")));
    assert.deepEqual([response.code, response.contentFormat, response.maxAge], [0x41, 60, 5]);
    assert.deepEqual([response.etag, response.payload], [fromHex("aa"), fromHex("01")]);
    assert.deepEqual([response.locationPath, response.locationQuery], [["a", "b"], ["x"]]);
    assert.deepEqual([response.remote.address, response.remote.port], ["fd00::2", 40_000]);
    assert.equal(response.roundTripMs, 2);
    lab.wire.answer = (heard) => reply(heard, "ACK", "45");
    const plain = await lab.until(lab.endpoint.client.get(lab.uri("a")));
    assert.deepEqual(
      [plain.maxAge, plain.contentFormat, plain.etag, plain.text()],
      [60, undefined, undefined, ""],
    );
  });

  it("RFC 7252 §5.4.3: an ETag of a length outside its range is none", async () => {
    for (const [option, expected] of [
      ["40", undefined],
      ["48" + "01".repeat(8), "01".repeat(8)],
      ["49" + "01".repeat(9), undefined],
    ] as const) {
      const lab = answering("45", option);
      const { etag } = await lab.until(lab.endpoint.client.get(lab.uri("a")));
      assert.deepEqual(etag, expected === undefined ? undefined : fromHex(expected));
    }
  });

  it("RFC 7252 §5.9: classes 4 and 5 are errors, with code and diagnostic", async () => {
    for (const [code, type, message] of [
      ["82", ClientErrorResponse, "4.02 Bad Option: oh"],
      ["84", ClientErrorResponse, "4.04 Not Found: oh"],
      ["9f", ClientErrorResponse, "4.31 (unassigned): oh"],
      ["a3", ServerErrorResponse, "5.03 Service Unavailable: oh"],
    ] as const) {
      const lab = answering(code, "ff6f68");
      const error = await lab.until(
        assert.rejects<ResponseError>(lab.endpoint.client.get(lab.uri("a")), type, message),
      );
      assert.deepEqual([error.code, error.diagnostic], [parseInt(code, 16), "oh"]);
      assert.equal(error.response.payload.length, 2);
      await lab.advance(300_000);
      assert.equal(lab.wire.take().length, 1, "it is not asked again");
    }
  });

  it("RFC 7252 §5.5.2: a payload in another format, or not in UTF-8, is no diagnostic", async () => {
    for (const rest of ["c13cff6f68", "ffc328"]) {
      const lab = answering("80", rest);
      const error = await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), ResponseError));
      assert.deepEqual([error.diagnostic, error.message], ["", "4.00 Bad Request"]);
    }
  });

  it("refuses what it cannot ask", async () => {
    const { client } = new Lab().endpoint;
    await assert.rejects(client.get("fd00::2"), UriError);
    await assert.rejects(client.get("coaps://[fd00::2]/"), RangeError, "coaps");
    await assert.rejects(client.get("coap://example.org/"), RangeError, "example.org");
    await assert.rejects(client.get("coap://example.org/", { address: "fd00::x" }), RangeError, "fd00::x");
    await assert.rejects(client.get("coap://[fd00::2]/", { blockSize: 100 }), RangeError, "100");
  });

  it("gives up after timeoutMs, and says nothing more", async () => {
    const lab = new Lab();
    const failure = assert.rejects(
      lab.endpoint.client.get(lab.uri("a"), { timeoutMs: 5000 }),
      TimeoutError,
      "5000 ms",
    );
    await lab.until(failure);
    assert.equal(lab.world.time.nowMs, 5000);
    assert.equal(lab.wire.take().length, 2);
    await lab.advance(100_000);
    assert.deepEqual(lab.wire.take(), []);
  });

  it("gives up when the signal says so: before, while it waits, and not afterwards", async () => {
    const lab = answering("45");
    const { client } = lab.endpoint;
    const done = new Cancellation();
    await lab.until(client.get(lab.uri("a"), { signal: done }));
    done.cancel();
    assert.equal(lab.wire.take().length, 1);
    await assert.rejects(client.get(lab.uri("a"), { signal: done }), CancelledError);
    lab.wire.answer = undefined;
    const signal = new Cancellation();
    const failure = assert.rejects(client.get(lab.uri("a"), { signal }), CancelledError);
    await lab.advance(10);
    signal.cancel();
    signal.cancel();
    await failure;
    await lab.advance(100_000);
    assert.equal(lab.wire.take().length, 1);
  });

  it("limit maxBodyBytes: a response of that size is taken, a larger one is not", async () => {
    const lab = answering("45", "ff" + "61".repeat(20));
    const { client } = lab.endpoint;
    assert.equal((await lab.until(client.get(lab.uri("a"), { maxBodyBytes: 20 }))).payload.length, 20);
    await lab.until(
      assert.rejects(client.get(lab.uri("a"), { maxBodyBytes: 19 }), LimitError, "maxBodyBytes (19)"),
    );
  });

  it("RFC 9175 §2.3: repeats a request with the Echo option that a 4.01 asks for, once", async () => {
    const lab = new Lab();
    const rests: string[] = [];
    lab.wire.answer = (heard) => {
      rests.push(behindToken(lab.wire.heard.at(-1)!.hex));
      // Echo (252) of 2 bytes: delta 13 + 239.
      return rests.length === 1 ? reply(heard, "ACK", "81", "d2efabcd") : reply(heard, "ACK", "45", "ff31");
    };
    assert.equal((await lab.until(lab.endpoint.client.get(lab.uri("a")))).text(), "1");
    // Behind Uri-Path (11) its delta is 13 + 228.
    assert.deepEqual(rests, ["b161", "b161d2e4abcd"]);
    await lab.until(lab.endpoint.client.get(lab.uri("a")));
    assert.equal(rests[2], "b161", "it was for that request");
  });

  it("RFC 9175 §2.3: a server that is never content gets no third request", async () => {
    const lab = answering("81", "d2efabcd");
    await lab.until(assert.rejects(lab.endpoint.client.get(lab.uri("a")), ClientErrorResponse, "4.01"));
    assert.equal(lab.wire.take().length, 2);
  });

  it("RFC 9175 §2.3: echoes the option of any other response in the next request to that server", async () => {
    const lab = answering("45", "d2efabcd");
    for (let times = 0; times < 2; times += 1) await lab.until(lab.endpoint.client.get(lab.uri("a")));
    assert.deepEqual(lab.wire.take().map(behindToken), ["b161", "b161d2e4abcd"]);
  });

  it("RFC 9175 §2.3: an Echo option value goes to no other endpoint than it came from", async () => {
    const lab = answering("45", "d2efabcd");
    const { client } = lab.endpoint;
    await lab.until(client.get(lab.uri("a")));
    const other = new Wire(lab.world, lab.peerHost, lab.to, PEER_PORT + 1);
    other.answer = (heard) => reply(heard, "ACK", "45");
    await lab.until(client.get(`coap://[${PEER}]:${PEER_PORT + 1}/a`));
    await lab.until(client.get(lab.uri("a")));
    assert.deepEqual(other.take().map(behindToken), ["b161"]);
    assert.deepEqual(lab.wire.take().map(behindToken), ["b161", "b161d2e4abcd"]);
  });

  it("RFC 9175 §2.2.1: an Echo option of a wrong length is ignored", async () => {
    for (const option of ["d0ef", `ddef1c${"ab".repeat(41)}`]) {
      const lab = answering("81", option);
      const { client } = lab.endpoint;
      for (const ask of [() => client.get(lab.uri("a")), () => client.observe(lab.uri("a"))]) {
        await lab.until(assert.rejects<ClientErrorResponse>(ask(), ClientErrorResponse, "4.01"));
        assert.equal(lab.wire.take().length, 1);
      }
    }
  });

  it("RFC 7252 §4.3: a ping ends with its time limit or signal", async () => {
    const lab = new Lab();
    const { client } = lab.endpoint;
    const uri = lab.uri("");
    await lab.until(assert.rejects(client.ping(uri, { timeoutMs: 1000 }), TimeoutError, "within 1000 ms"));
    const cancellation = new Cancellation();
    const cancelled = assert.rejects(client.ping(uri, { signal: cancellation }), CancelledError);
    cancellation.cancel();
    await lab.until(cancelled);
    await lab.until(assert.rejects(client.ping(uri, { signal: cancellation }), CancelledError));
  });
});
