import assert from "node:assert/strict";
import { AddressError, parseAddress } from "../../../simulators/address.js";

describe("addresses of the virtual network", () => {
  it("have one form, with the zone apart", () => {
    assert.deepEqual(parseAddress("FE80:0::1%wpan0"), {
      text: "fe80::1",
      zone: "wpan0",
      family: 6,
      scope: "link-local",
    });
    assert.deepEqual(parseAddress("192.0.2.1"), { text: "192.0.2.1", zone: "", family: 4, scope: "global" });
    assert.deepEqual(parseAddress("ff02::fd"), { text: "ff02::fd", zone: "", family: 6, scope: "multicast" });
  });

  it("RFC 4291 §2.5.5.2: are IPv4 where they are IPv4-mapped", () => {
    assert.deepEqual(parseAddress("::ffff:192.0.2.1"), parseAddress("192.0.2.1"));
    assert.deepEqual(parseAddress("::FFFF:7f00:1"), {
      text: "127.0.0.1",
      zone: "",
      family: 4,
      scope: "loopback",
    });
    assert.equal(parseAddress("64:ff9b::192.0.2.1").family, 6);
  });

  it("are numeric", () => {
    for (const text of ["", "localhost", "192.0.2", "192.0.2.1%eth0", "fd00::1%", "[::1]", "1::2::3"])
      assert.throws(() => parseAddress(text), AddressError, text);
  });
});
