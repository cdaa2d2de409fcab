/** A hail of datagrams for a device (fixtures/bombarded.ts), and an honest client in it. */

import assert from "node:assert/strict";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";

import { HANG_MS } from "../hang.js";
import { SeededRandom } from "../../simulators/random.js";
import { fromHex, toHex } from "../../src/bytes/hex.js";
import { spoil, spoiltMessage } from "../portable/coap/spoilt-messages.js";
import { liveBytes } from "./live-memory.js";
import type { RunningProgram } from "./running-program.js";

/** After so many an honest client asks. */
const ROUND = 1000;
/** What a socket's buffer holds for certain; then a ping shows that all of it was read. */
const BURST = 100;
const ATTACKERS = 16;
/** How often its memory is looked at: what the tables hold just then varies a little. */
const SAMPLES = 10;
/**
 * What may differ between two looks: which peers are still remembered depends on how the datagrams of 16 sockets
 * interleave. A leak of one slot (16 bytes) every ten datagrams fills it within 2,560.
 */
const GROWTH_BYTES = 4096;
/** What passes on the device's clock with each burst. */
const BURST_MS = 100;
/** EXCHANGE_LIFETIME, and a little more (RFC 7252 §4.8.2). */
const FORGOTTEN_MS = 260_000;

/**
 * Requests to what the device has beside /a: its clock, a store, blocks, a list; protected ones (RFC 8613 §C.4), one
 * with message_3 of EDHOC, one that observes; message_1 (RFC 9529 §3).
 */
const REQUESTS = [
  "4101000121b474696d65",
  "4101000221b468656c6c6f",
  "4101000320b56c61726765",
  "4101000320b56c61726765c106",
  "4103000424b573746f726505616263646558ff01020304050607",
  "4102000524b573746f7265d1030eff0102",
  "4104000624b573746f72650131",
  "44025d1f00003974396c6f63616c686f7374620914ff612f1092f1776f1c1668b3825e",
  "41020007289309000ac0ff58200102030405060708090a",
  "410500082960320914ff612f1092f1776f1c1668b3825e",
  "4102000927bb2e77656c6c2d6b6e6f776e056564686f631141fff50382060258208af6f430ebe18d34184017a9a11bf511c8dff8f834730b96c1b7c8dbca2fc3b637",
];

/** What an attacker sends. */
interface Shot {
  readonly from: Socket;
  readonly bytes: Uint8Array;
}

/** One of three kinds: a spoilt message, a spoilt request, or noise. */
function missile(random: SeededRandom): Uint8Array {
  const kind = random.integer(0, 9);
  if (kind < 6) return fromHex(spoiltMessage(random));
  if (kind < 9) return fromHex(spoil(random, REQUESTS[random.integer(0, REQUESTS.length - 1)]!));
  const noise = new Uint8Array(random.integer(0, 200));
  random.fill(noise);
  return noise;
}

async function bound(): Promise<Socket> {
  const socket = createSocket({
    type: "udp4",
    lookup: (_host, _options, found) => found(null, "127.0.0.1", 4),
  });
  const listening = once(socket, "listening");
  socket.bind(0, "127.0.0.1");
  await listening;
  return socket;
}

/** An honest client: one message, and the answer to it. */
class Asker {
  readonly #socket: Socket;
  readonly #port: number;
  readonly #controlPort: number;
  #messageId = 0;

  constructor(socket: Socket, port: number, controlPort: number) {
    this.#socket = socket;
    this.#port = port;
    this.#controlPort = controlPort;
  }

  /** Lets time pass on the device's clock. */
  async pass(ms: number): Promise<void> {
    const signal = AbortSignal.timeout(HANG_MS);
    this.#socket.send(String(ms), this.#controlPort, "127.0.0.1");
    await once(this.#socket, "message", { signal });
  }

  /** @param message from its code on; the message ID is put behind it */
  async ask(head: string, rest: string): Promise<string> {
    this.#messageId = (this.#messageId + 1) & 0xffff;
    const id = this.#messageId.toString(16).padStart(4, "0");
    const signal = AbortSignal.timeout(HANG_MS);
    this.#socket.send(fromHex(`${head}${id}${rest}`), this.#port, "127.0.0.1");
    for (;;) {
      const [answer] = (await once(this.#socket, "message", { signal })) as [Buffer];
      const text = toHex(answer);
      if (text.slice(4, 8) === id) return text;
    }
  }

  /** A ping shows that everything before it was read (RFC 7252 §4.3). */
  async ping(): Promise<void> {
    assert.match(await this.ask("4000", ""), /^7000/);
  }
}

/**
 * Sends random and spoilt datagrams, in bursts. Every 1,000 of them a request must be answered rightly, and in the
 * second half of all the device must not hold more than it did in the first.
 */
export async function bombard(device: RunningProgram, datagrams: number): Promise<void> {
  const sockets: Socket[] = [];
  try {
    const [, port, controlPort] = (await device.until(/^ports (\d+) (\d+)$/)).map(Number) as [
      number,
      number,
      number,
    ];
    const random = new SeededRandom(20_251);
    for (let count = 0; count <= ATTACKERS; count += 1) sockets.push(await bound());
    const asker = new Asker(sockets[ATTACKERS]!, port, controlPort);
    const aim = (): Shot => ({ from: sockets[random.integer(0, ATTACKERS - 1)]!, bytes: missile(random) });
    const live: number[] = [];
    let answers = 0;
    let burst = Array.from({ length: BURST }, aim);
    for (let sent = BURST; sent <= datagrams; sent += BURST) {
      for (const { from, bytes } of burst) from.send(bytes, port, "127.0.0.1");
      const pong = asker.ping();
      // While the device works.
      burst = burst.map(aim);
      await pong;
      await asker.pass(BURST_MS);
      if (sent % ROUND === 0) {
        const answer = await asker.ask("4101", "77b568656c6c6f");
        assert.match(answer, /^6145[0-9a-f]{4}77.*ff68656c6c6f$/);
        answers += 1;
      }
      if (sent % (datagrams / SAMPLES) === 0) {
        await asker.pass(FORGOTTEN_MS);
        live.push(await liveBytes(device));
      }
    }
    assert.equal(answers, datagrams / ROUND);
    const early = Math.max(...live.splice(0, SAMPLES / 2));
    const late = Math.max(...live);
    console.log(`      ${early} bytes live in the first half, ${late} in the second`);
    assert.ok(late <= early + GROWTH_BYTES, `${late} bytes live in the second half, ${early} in the first`);
  } finally {
    for (const socket of sockets) socket.close();
  }
}
