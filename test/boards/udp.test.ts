import assert from "node:assert/strict";
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { networkInterfaces } from "node:os";

import { skip } from "../skip.js";
import { RunningFixture, runFixture } from "./host.js";

async function startEcho(
  args: readonly string[] = [],
  host: readonly string[] = [],
): Promise<[RunningFixture, number]> {
  const run = new RunningFixture("echo", args, { host });
  const [, port] = (await run.line()).split(" ");
  return [run, Number(port)];
}

async function exchange(
  socket: Socket,
  bytes: Buffer,
  port: number,
  address: string,
): Promise<[Buffer, RemoteInfo]> {
  const answer = once(socket, "message") as Promise<[Buffer, RemoteInfo]>;
  socket.send(bytes, port, address);
  return await answer;
}

async function withSocket(type: "udp4" | "udp6", work: (socket: Socket) => Promise<void>): Promise<void> {
  const socket = createSocket(type);
  socket.bind(0);
  await once(socket, "listening");
  try {
    await work(socket);
  } finally {
    socket.close();
  }
}

function interfaceWithLinkLocal(): string | undefined {
  return Object.entries(networkInterfaces()).find(([, list]) =>
    list?.some((entry) => entry.family === "IPv6" && entry.address.startsWith("fe80:")),
  )?.[0];
}

describe("XS host: UDP", () => {
  for (const [type, address] of [
    ["udp4", "127.0.0.1"],
    ["udp6", "::1"],
  ] as const)
    it(`answers on ${address} from one socket for both families, until it is closed`, async () => {
      const [run, port] = await startEcho();
      await withSocket(type, async (socket) => {
        const [bytes, from] = await exchange(socket, Buffer.from("hello"), port, address);
        assert.deepEqual([bytes.toString(), from.address, from.port], ["hello", address, port]);
        assert.equal(await run.line(), `5 from ${address} ${socket.address().port}`);
        socket.send("end", port, address);
        assert.equal(await run.code(), 0);
      });
    });

  it("listens on one address only when it is given", async () => {
    const [run, port] = await startEcho(["127.0.0.1"]);
    await withSocket("udp4", async (socket) => {
      assert.equal((await exchange(socket, Buffer.from("x"), port, "127.0.0.1"))[0].toString(), "x");
      socket.send("end", port, "127.0.0.1");
      assert.equal(await run.code(), 0);
    });
  });

  it("carries datagrams of 0, 1, 1500 and 65,507 bytes", async () => {
    const [run, port] = await startEcho([], ["--arena", "1000000"]);
    await withSocket("udp4", async (socket) => {
      for (const size of [0, 1, 1500, 65_507]) {
        const sent = Buffer.alloc(size, size & 255);
        const [received] = await exchange(socket, sent, port, "127.0.0.1");
        assert.ok(sent.equals(received), `${size} bytes`);
      }
      socket.send("end", port, "127.0.0.1");
      assert.equal(await run.code(), 0);
    });
  });

  it("drops a datagram that the arena cannot hold, and goes on", async () => {
    const [run, port] = await startEcho([], ["--arena", "65536"]);
    await withSocket("udp4", async (socket) => {
      socket.send(Buffer.alloc(65_507), port, "127.0.0.1");
      assert.equal(
        (await exchange(socket, Buffer.from("still here"), port, "127.0.0.1"))[0].toString(),
        "still here",
      );
      assert.match(await run.line(), /^10 from/);
      socket.send("end", port, "127.0.0.1");
      assert.equal(await run.code(), 0);
    });
  });

  it("answers each of 500 datagrams that come in bursts", async () => {
    const [run, port] = await startEcho();
    await withSocket("udp6", async (socket) => {
      const answers = new Set<string>();
      for (let burst = 0; burst < 10; burst += 1) {
        const done = new Promise<void>((resolve) => {
          socket.on("message", (bytes) => {
            answers.add(bytes.toString());
            if (answers.size === 50 * (burst + 1)) resolve();
          });
        });
        for (let index = 0; index < 50; index += 1) socket.send(`${burst}:${index}`, port, "::1");
        await done;
        socket.removeAllListeners("message");
      }
      assert.equal(answers.size, 500);
      socket.send("end", port, "::1");
      assert.equal(await run.code(), 0);
    });
  });

  it("tells a datagram to an IPv4 group, joined on every interface, from others", async () => {
    const [run, port] = await startEcho(["", "224.0.1.187"]);
    await withSocket("udp4", async (socket) => {
      socket.setMulticastInterface("127.0.0.1");
      socket.send("group", port, "224.0.1.187");
      assert.match(await run.line(), /^5 from 127\.0\.0\.1 \d+ multicast$/);
      socket.send("end", port, "127.0.0.1");
      assert.match(await run.line(), /^3 from 127\.0\.0\.1 \d+$/);
      assert.equal(await run.code(), 0);
    });
  });

  it("tells a datagram to an IPv6 group, joined on one interface, from others", async function () {
    const zone = interfaceWithLinkLocal() ?? skip(this, "no interface has an IPv6 link-local address");
    const [run, port] = await startEcho(["", `ff02::fd%${zone}`]);
    await withSocket("udp6", async (socket) => {
      socket.setMulticastInterface(`::%${zone}`);
      socket.send("group", port, `ff02::fd%${zone}`);
      const line = await run.line();
      assert.match(line, /^5 from fe80::\S+ \d+ multicast$/);
      assert.ok(line.includes(`%${zone} `), "the source has its zone");
      socket.send("end", port, "::1");
      assert.match(await run.line(), /^3 from ::1 \d+$/);
      assert.equal(await run.code(), 0);
    });
  });

  for (const address of ["127.0.0.1", "::1"])
    it(`reports that nobody listens on ${address}`, async () => {
      let port = 0;
      await withSocket(address === "::1" ? "udp6" : "udp4", (socket) => {
        port = socket.address().port;
        return Promise.resolve();
      });
      const run = await runFixture("unreachable", [address, String(port)]);
      assert.deepEqual([run.stdout, run.code], [`true true ${address} ${port}\n`, 0], run.stderr);
    });

  it("refuses what cannot be with errors that say why", async () => {
    const { stdout, code } = await runFixture("refusals");
    const expected = [
      /^RangeError: udp: all 16 sockets are in use$/,
      /^no error$/,
      /^Error: udp: the socket is closed$/,
      /^RangeError: udp: expected a port from 0 to 65535, got 65536$/,
      /^Error: udp: localhost port 0: expected a numeric address/,
      /^Error: udp: any address, port \d+: Address already in use$/,
      /^RangeError: udp: expected a port from 1 to 65535, got 0$/,
      /^Error: udp: to example port 1: expected a numeric address/,
      // A zone is an interface's name or its number (RFC 4007 §11.2).
      ...["-1", " 1", "4294967297", "0"].map(
        (zone) => new RegExp(`^Error: udp: to fe80::1%${zone} port 1: expected a numeric address`, "u"),
      ),
      /^Error: udp: to 127\.0\.0\.1 port 9: Message too long$/,
      /^Error: udp: group 192\.0\.2\.1: expected a numeric multicast address/,
      /^RangeError: timer: all 256 timers are in use$/,
      /^no error$/,
      /^RangeError: timer: expected a delay of 0 to 2147483647 ms, got -1$/,
      /^RangeError: timer: expected a delay of 0 to 2147483647 ms, got 2147483648$/,
      /^TypeError: timer: expected what set returned$/,
    ];
    const lines = stdout.trimEnd().split("\n");
    assert.equal(lines.length, expected.length, stdout);
    expected.forEach((pattern, index) => assert.match(lines[index] ?? "", pattern));
    assert.equal(code, 0);
  });
});
