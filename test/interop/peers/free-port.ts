import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** Below the ports that Linux gives to who asks for none: nobody takes one of these before the peer does. */
const FIRST_PORT = 20_000;
const END_PORT = 32_000;
const TRIES = 100;

/** A port that nobody has, neither UDP's nor TCP's, nor the one behind it, which is that of DTLS and TLS. */
export async function freePort(): Promise<number> {
  for (let left = TRIES; left > 0; left -= 1) {
    const port = randomInt(FIRST_PORT, END_PORT);
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error(`expected a free port from ${FIRST_PORT} to ${END_PORT}, found none in ${TRIES} tries`);
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket("udp6");
  const server = createServer();
  try {
    socket.bind(port);
    await once(socket, "listening");
    server.listen(port);
    await once(server, "listening");
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
    server.close();
  }
}
