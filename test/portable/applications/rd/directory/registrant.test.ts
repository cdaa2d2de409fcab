import { text } from "../../../../../src/coap/server/response.js";
import { Device } from "../../../../../src/device.js";
import { discoverDirectory } from "../../../../../src/applications/rd/discovery.js";
import { resourceDirectory } from "../../../../../src/applications/rd/feature.js";
import { lookupEndpoints, lookupResources } from "../../../../../src/applications/rd/lookup.js";
import { registerSimply } from "../../../../../src/applications/rd/registration.js";
import { Site } from "../../../../../src/coap/server/site.js";
import { DirectoryWorld, assertMatch } from "./directory-world.js";
import { assert, describe, it } from "../../../../portable.js";

/** A device that offers /temp and is to be found. */
function createDevice(lab: DirectoryWorld, address: string, ep: string): Device {
  const site = new Site();
  site.add("temp", { get: () => text("20"), rt: "temperature-c" });
  const feature = resourceDirectory({ server: "coap://[fd00::1]", ep, lt: 300 });
  return new Device(lab.world.host(address), [feature], { site });
}

describe("devices and a directory", () => {
  it("RFC 9176 §5: devices are found while they run, whatever is lost, and not when they have stopped", async () => {
    const lab = new DirectoryWorld({}, { network: { loss: 0.2, delayMs: [10, 200] } });
    const devices = [createDevice(lab, "fd00::a", "a"), createDevice(lab, "fd00::b", "b")];
    for (const device of devices) await lab.until(device.start());
    await lab.advanceS(3600);
    const { resourceLookup, endpointLookup } = await lab.until(
      discoverDirectory(lab.client, "coap://[fd00::1]"),
    );
    const links = await lab.until(lookupResources(lab.client, resourceLookup[0]!, { search: [["ep", "a"]] }));
    assert.deepEqual(links, [{ target: "coap://[fd00::a]/temp", attributes: [["rt", "temperature-c"]] }]);
    lab.world.network.setConditions({ loss: 0 });
    await lab.until(devices[0]!.stop());
    const endpoints = await lab.until(lookupEndpoints(lab.client, endpointLookup[0]!));
    assert.deepEqual(
      endpoints.map(({ name, base }) => [name, base]),
      [["b", "coap://[fd00::b]"]],
    );
  });

  it("RFC 9176 §5.3.1: a device is found again after the directory lost everything", async () => {
    const lab = new DirectoryWorld({}, { withClock: false });
    await lab.until(createDevice(lab, "fd00::a", "a").start());
    await lab.advanceS(10);
    const location = /^<\/([^>]*)>/u.exec(await lab.lookup("ep"))![1]!;
    await lab.delete(location);
    assert.equal(await lab.lookup("ep"), "");
    await lab.advanceS(300);
    assertMatch(await lab.lookup("ep"), /;ep="a";/u);
  });

  it("RFC 9176 §5.1: an endpoint registers simply with our client", async () => {
    const lab = new DirectoryWorld();
    const site = new Site();
    site.add("temp", { get: () => text("20") });
    const device = new Device(lab.world.host("fd00::a"), [], { site });
    await lab.until(device.start());
    await lab.until(registerSimply(device.endpoint!.client, "coap://[fd00::1]", { ep: "a" }));
    assert.equal(await lab.lookup("res"), "<coap://[fd00::a]/temp>");
  });
});
