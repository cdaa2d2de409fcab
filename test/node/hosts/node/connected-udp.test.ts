import assert from "node:assert/strict";
import { ConnectedUDP } from "../../../../hosts/node/connected-udp.js";
import { NodeUDP } from "../../../../hosts/node/udp.js";
import type { Datagram } from "../../../../src/ports/udp.js";

describe("connected UDP on Node", () => {
  for (const address of ["::1", "127.0.0.1"]) {
    it(`talks with one peer at ${address}`, async () => {
      const echo: NodeUDP = new NodeUDP({
        onReadable: () => {
          const datagram = echo.read()!;
          echo.write(new Uint8Array(datagram), datagram.address, datagram.port);
        },
      });
      const received = await new Promise<Datagram>((resolve) => {
        const socket: ConnectedUDP = new ConnectedUDP({
          onReadable: () => {
            resolve(socket.read()!);
            socket.close();
          },
        });
        socket.write(Uint8Array.of(1, 2, 3), address, echo.port);
      });
      assert.deepEqual([...new Uint8Array(received)], [1, 2, 3]);
      assert.deepEqual([received.address, received.port], [address, echo.port]);
      echo.close();
    });

    it(`reports a port that nobody has at ${address}`, async () => {
      const taken = new NodeUDP({});
      const { port } = taken;
      taken.close();
      const reported = await new Promise<[Error, string, number]>((resolve) => {
        const socket = new ConnectedUDP({
          onError: (...report) => {
            resolve(report);
            socket.close();
          },
        });
        socket.write(Uint8Array.of(1), address, port);
      });
      assert.match(reported[0].message, /ECONNREFUSED/);
      assert.deepEqual(reported.slice(1), [address, port]);
    });
  }

  it("refuses a second peer and groups", () => {
    const socket = new ConnectedUDP({});
    socket.write(Uint8Array.of(1), "::1", 9);
    assert.throws(
      () => socket.write(Uint8Array.of(1), "::1", 10),
      /expected the peer ::1 port 9, got ::1 port 10/,
    );
    assert.throws(() => socket.add(), /expected a socket that is open to all/);
    socket.close();
    assert.throws(() => socket.write(Uint8Array.of(1), "::1", 9), /closed/);
  });
});
