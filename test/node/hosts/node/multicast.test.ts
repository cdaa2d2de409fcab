import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { skip } from "../../../skip.js";
import { runInNamespace } from "./network-namespace.js";

const PROGRAM = fileURLToPath(new URL("multicast-program.js", import.meta.url));
const SENTINEL = ["sentinel", "::1", false];

describe("multicast on Node", () => {
  it("RFC 7252 §8: hears each datagram to a group once, marked, on every interface or that of the zone", function () {
    const result = runInNamespace([process.execPath, PROGRAM]);
    if ("missing" in result) skip(this, result.missing);
    assert.equal(result.stderr, "");
    assert.deepEqual(JSON.parse(result.stdout), {
      port: 5683,
      all: [
        ["1 link-local", "fe80::1%link0", true],
        ["2 link-local", "fe80::2%link1", true],
        ["3 site-local", "fd00::1", true],
        ["4 IPv4", "192.0.2.1", true],
        ["5 unicast", "fd00::1", false],
        ["6 unicast", "192.0.2.1", false],
        SENTINEL,
      ],
      "second program": "EADDRINUSE",
      left: [SENTINEL],
      zone: [["2 this link", "fe80::2%link1", true], SENTINEL],
      "bound to fd00::1": [
        ["1 IPv4", "192.0.2.1", true],
        ["2 site-local", "fd00::1", true],
        ["sentinel", "fd00::1", false],
      ],
      "bound to 0.0.0.0": [
        ["1 IPv4", "192.0.2.1", true],
        ["sentinel", "192.0.2.1", false],
      ],
      refused: [
        'expected a multicast group such as ff02::fd%eth0 or 224.0.1.187, got "fd00::1"',
        'expected a multicast group such as ff02::fd%eth0 or 224.0.1.187, got "192.0.2.1"',
        'expected a multicast group such as ff02::fd%eth0 or 224.0.1.187, got "example.com"',
        "expected an interface that can join ff02::fd%nowhere, found none",
      ],
      errors: [],
    });
  });
});
