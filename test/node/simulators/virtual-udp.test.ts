import assert from "node:assert/strict";
import { World } from "../../../simulators/index.js";
import type { VirtualHost } from "../../../simulators/host.js";
import type { UDP, UDPOptions } from "../../../src/ports/udp.js";

/** A socket that writes down the first byte, source and kind of what it gets. */
function listen(host: VirtualHost, options: UDPOptions): { socket: UDP; heard: unknown[] } {
  const heard: unknown[] = [];
  const socket = new host.udp({
    ...options,
    onReadable() {
      const datagram = socket.read()!;
      heard.push([new Uint8Array(datagram)[0], datagram.address, datagram.multicast]);
    },
  });
  return { socket, heard };
}

describe("virtual UDP socket", () => {
  it("has a port of its own, or chooses one that is free", () => {
    const world = new World({ seed: 1 });
    const host = world.host(["fd00::1", "fd00::2"]);
    const first = new host.udp({ port: 5683 });
    assert.equal(first.port, 5683);
    assert.throws(() => new host.udp({ port: 5683 }), /EADDRINUSE/);
    assert.throws(() => new host.udp({ port: 5683, address: "fd00::1" }), /EADDRINUSE/);
    first.close();
    first.close();
    const bound = new host.udp({ port: 5683, address: "fd00::1" });
    assert.equal(new host.udp({ port: 5683, address: "fd00::2" }).port, bound.port);
    assert.notEqual(new host.udp({}).port, new host.udp({}).port);
    assert.throws(() => new host.udp({ address: "fd00::3" }), /EADDRNOTAVAIL/);
    for (const port of [-1, 65536, 1.5]) assert.throws(() => new host.udp({ port }), /EINVAL/, String(port));
  });

  it("does nothing more once it is closed", async () => {
    const world = new World({ seed: 1 });
    const { socket, heard } = listen(world.host("fd00::1"), { port: 1 });
    const sender = new (world.host("fd00::2").udp)({});
    sender.write(new Uint8Array([1]), "fd00::1", 1);
    socket.close();
    await world.time.run();
    assert.deepEqual([heard, socket.read()], [[], undefined]);
    assert.throws(() => socket.write(new Uint8Array(1), "fd00::2", 1), /EBADF/);
    assert.throws(() => socket.add("ff02::fd"), /EBADF/);
  });

  it("hears, bound to an address, what is sent to that alone", async () => {
    const world = new World({ seed: 1 });
    const host = world.host(["fd00::1", "fd00::2", "192.0.2.1"]);
    const bound = listen(host, { port: 1, address: "fd00::2" });
    const ipv4 = listen(host, { port: 2, address: "0.0.0.0" });
    const dual = listen(host, { port: 3, address: "::" });
    const sender = new (world.host(["fd00::9", "192.0.2.9"]).udp)({});
    for (const port of [1, 2, 3])
      for (const [number, address] of ["fd00::1", "fd00::2", "192.0.2.1"].entries())
        sender.write(new Uint8Array([number]), address, port);
    await world.time.run();
    assert.deepEqual(bound.heard, [[1, "fd00::9", false]]);
    assert.deepEqual(ipv4.heard, [[2, "192.0.2.9", false]]);
    assert.deepEqual(dual.heard, [
      [0, "fd00::9", false],
      [1, "fd00::9", false],
      [2, "192.0.2.9", false],
    ]);
    assert.throws(() => bound.socket.write(new Uint8Array(1), "192.0.2.9", 1), /ENETUNREACH/);
    const answers = listen(world.host("fd00::8"), { port: 1 });
    bound.socket.write(new Uint8Array([7]), "fd00::8", 1);
    await world.time.run();
    assert.deepEqual(answers.heard, [[7, "fd00::2", false]]);
  });

  it("reaches itself over loopback, undisturbed and at once", async () => {
    const world = new World({ seed: 1, network: { loss: 1 } });
    const host = world.host(["fd00::1", "192.0.2.1"]);
    const { socket, heard } = listen(host, { port: 1 });
    for (const [number, address] of ["::1", "127.0.0.1", "fd00::1", "192.0.2.1"].entries())
      socket.write(new Uint8Array([number]), address, 1);
    assert.deepEqual(heard, [], "never from within write");
    await world.time.run();
    assert.equal(world.time.nowMs, 0);
    assert.deepEqual(heard, [
      [0, "::1", false],
      [1, "127.0.0.1", false],
      [2, "fd00::1", false],
      [3, "192.0.2.1", false],
    ]);
  });

  it("shows link-local addresses with the zone of the receiver", async () => {
    const world = new World({ seed: 1 });
    const { heard } = listen(world.host(["fd00::1", "fe80::1"], { zone: "wpan0" }), { port: 1 });
    const host = world.host(["fd00::2", "fe80::2"]);
    const sender = new host.udp({});
    sender.write(new Uint8Array([1]), "fe80::1%eth0", 1);
    sender.write(new Uint8Array([2]), "fd00::1", 1);
    await world.time.run();
    assert.deepEqual(heard, [
      [1, "fe80::2%wpan0", false],
      [2, "fd00::2", false],
    ]);
    assert.throws(() => sender.write(new Uint8Array(1), "fe80::1", 1), /without a zone/);
    assert.throws(() => sender.write(new Uint8Array(1), "fe80::1%wpan0", 1), /no interface "wpan0"/);
    assert.deepEqual([host.address, world.host("fe80::3").address], ["fd00::2", "fe80::3%eth0"]);
  });

  it("RFC 7252 §8: hears the groups that it joined, marked as multicast", async () => {
    const world = new World({ seed: 1 });
    const member = listen(world.host(["fe80::1", "fd00::1", "192.0.2.1"]), { port: 5683 });
    const stranger = listen(world.host(["fe80::2", "fd00::2"]), { port: 5683 });
    const senderHost = world.host(["fe80::3", "fd00::3", "192.0.2.3"]);
    const sender = listen(senderHost, { port: 5683 });
    for (const group of ["ff02::fd%eth0", "FF05:0::fd", "224.0.1.187"]) {
      member.socket.add(group);
      member.socket.add(group);
    }
    sender.socket.add("ff02::fd");
    const groups = ["ff02::fd%eth0", "ff05::fd", "224.0.1.187", "ff05::fe"];
    for (const [number, group] of groups.entries())
      sender.socket.write(new Uint8Array([number]), group, 5683);
    await world.time.run();
    assert.deepEqual(member.heard, [
      [0, "fe80::3%eth0", true],
      [1, "fd00::3", true],
      [2, "192.0.2.3", true],
    ]);
    assert.deepEqual(stranger.heard, []);
    assert.deepEqual(sender.heard, [[0, "fe80::3%eth0", true]], "its own, as a member");
    assert.equal(world.network.counters.noHost, 1);
    member.socket.remove("ff02::fd");
    member.socket.remove("ff02::fe");
    sender.socket.write(new Uint8Array([9]), "ff02::fd", 5683);
    await world.time.run();
    assert.equal(member.heard.length, 3);
    assert.throws(() => member.socket.add("fd00::1"), /not a multicast group/);
    assert.throws(() => member.socket.add("ff02::fd%wlan0"), /no interface/);
  });

  it("RFC 4291 §2.8: is in the group of all nodes without joining it", async () => {
    const world = new World({ seed: 1 });
    const { heard } = listen(world.host("fe80::1"), { port: 1 });
    const bound = listen(world.host("fe80::3"), { port: 1, address: "fe80::3%eth0" });
    new (world.host("fe80::2").udp)({}).write(new Uint8Array([1]), "ff02::1", 1);
    await world.time.run();
    assert.deepEqual([heard, bound.heard], [[[1, "fe80::2%eth0", true]], []]);
  });
});
