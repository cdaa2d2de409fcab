/** A way between clients and a server on which every datagram is recorded. */

import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { Recorder } from "../ours/recorder.js";

const ADDRESS = "::1";

/** Runs `use` with a port that stands for the server's; what goes there is "in", with the client's port beside it. */
export async function withRelay<T>(
  serverPort: number,
  use: (port: number, recorder: Recorder) => Promise<T>,
): Promise<T> {
  const recorder = new Recorder();
  const front = createSocket("udp6");
  /** The server sees each client at a port of its own. */
  const backs = new Map<number, Socket>();
  const backOf = (port: number): Socket => {
    const known = backs.get(port);
    if (known) return known;
    const back = createSocket("udp6");
    back.on("message", (bytes) => {
      recorder.trace({ direction: "out", bytes, remote: { address: ADDRESS, port } });
      front.send(bytes, port, ADDRESS);
    });
    backs.set(port, back);
    return back;
  };
  front.on("message", (bytes, { port }) => {
    recorder.trace({ direction: "in", bytes, remote: { address: ADDRESS, port } });
    backOf(port).send(bytes, serverPort, ADDRESS);
  });
  front.bind(0, ADDRESS);
  await once(front, "listening");
  try {
    return await use(front.address().port, recorder);
  } finally {
    recorder.close();
    for (const socket of [front, ...backs.values()]) socket.close();
  }
}
