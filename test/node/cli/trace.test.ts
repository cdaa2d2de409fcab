import assert from "node:assert/strict";
import { formatDrop, formatTrace } from "../../../cli/trace.js";
import { vectors } from "../../portable/vectors/coap-rfc7252-appendix-a.js";
import { fromHex } from "../../../src/bytes/hex.js";
import { withDemoServer } from "./demo-server.js";
import { runCli } from "./run-cli.js";

const remote = { address: "2001:db8::1", port: 5683 };

describe("--verbose", () => {
  it("shows a message on a line: direction, peer, type, code, message ID, token, options, payload", () => {
    // RFC 7252 Appendix A, Figure 17: GET with token 0x20, and its response.
    const request = fromHex("41017d3520bb74656d7065726174757265");
    assert.equal(
      formatTrace({ direction: "out", bytes: request, remote }),
      '> [2001:db8::1]:5683 CON GET id 32053 token 20: Uri-Path "temperature"',
    );
    const response = fromHex("61457d3520ff32322e332043");
    assert.equal(
      formatTrace({ direction: "in", bytes: response, remote: { address: "192.0.2.1", port: 61616 } }),
      "< 192.0.2.1:61616 ACK 2.05 Content id 32053 token 20: 6 bytes",
    );
  });

  it("shows Empty messages, unknown codes and options, and malformed messages", () => {
    const show = (hex: string): string =>
      formatTrace({ direction: "in", bytes: fromHex(hex), remote })
        .split(" ")
        .slice(2)
        .join(" ");
    assert.equal(show("70001234"), "RST Empty id 4660");
    assert.equal(show("405f1234"), "CON 2.31 Continue id 4660");
    assert.equal(show("509e1234"), "NON 4.30 id 4660");
    assert.equal(show("40011234e1fdbcff"), "CON GET id 4660: Option 65225 h'ff'");
    assert.match(show("40011234ff"), /^malformed \(.*\): 40011234ff$/u);
  });

  it("says in words why a datagram was dropped", () => {
    const bytes = fromHex("70001234");
    assert.equal(
      formatDrop({ reason: "unmatched", bytes, remote }),
      "! [2001:db8::1]:5683 dropped: answers nothing of ours",
    );
  });

  it("RFC 8323 §3.2, §4.2, §5: shows frames of connections, which have neither types nor message IDs", () => {
    const show = (hex: string, scheme: string): string =>
      formatTrace({ direction: "out", bytes: fromHex(hex), remote }, scheme)
        .split(" ")
        .slice(2)
        .join(" ");
    // RFC 8323 §3.2, Figure 6.
    assert.equal(show("01437f", "coap+tcp"), "2.03 Valid token 7f");
    assert.equal(show("01437f", "coap+ws"), "2.03 Valid token 7f");
    assert.equal(show("510120b474696d65", "coap+tcp"), 'GET token 20: Uri-Path "time"');
    assert.equal(show("010120b474696d65", "coaps+ws"), 'GET token 20: Uri-Path "time"');
    assert.equal(show("40e122048020", "coaps+tcp"), "7.01 CSM: Max-Message-Size 1152, Block-Wise-Transfer");
    assert.equal(show("01e220", "coap+ws"), "7.02 Ping token 20");
    assert.equal(show("00e320", "coap+ws"), "7.03 Pong: Custody");
    assert.equal(
      show("00e42161217bff6f6b", "coap+ws"),
      '7.04 Release: Alternative-Address "a", Hold-Off 123, "ok"',
    );
    assert.equal(show("00e52102ff6e6f", "coap+ws"), '7.05 Abort: Bad-CSM-Option 2, "no"');
    assert.equal(
      show("00e12500000000003101", "coap+ws"),
      "7.01 CSM: Max-Message-Size h'0000000000' (malformed), Option 5 h'01'",
    );
    assert.match(show("5101", "coap+tcp"), /^malformed \(.*\): 5101$/u);
    assert.match(show("0f01", "coap+ws"), /^malformed \(.*\): 0f01$/u);
  });

  it("shows both directions on standard error", async () => {
    await withDemoServer(async ({ port }) => {
      const { stdout, stderr } = await runCli(["get", `coap://localhost:${port}/hello`, "-v"]);
      assert.equal(stdout, "Hello, Coapsule");
      const [out, back, ...rest] = stderr.trimEnd().split("\n");
      assert.match(
        out ?? "",
        /^> \S+ CON GET id \d+ token [0-9a-f]+: Uri-Host "localhost", Uri-Path "hello"$/u,
      );
      assert.match(
        back ?? "",
        /^< \S+ ACK 2\.05 Content id \d+ token [0-9a-f]+: Content-Format 0, 15 bytes$/u,
      );
      assert.deepEqual(rest, []);
    });
  });

  it("RFC 7252 Appendix A: shows type, message ID, token and payload of every example", () => {
    for (const { type, mid, token, hex, payload } of vectors.messages) {
      const line = formatTrace({ direction: "in", bytes: fromHex(hex), remote });
      assert.ok(line.includes(` ${type} `), line);
      assert.ok(line.includes(token === "" ? ` id ${mid}` : ` id ${mid} token ${token}`), line);
      if (payload !== "") assert.ok(line.endsWith(` ${payload.length / 2} bytes`), line);
    }
  });
});
