/** What `multicast.test.ts` runs in a network of its own; prints what happened as JSON. */

import { NodeUDP } from "../../../../hosts/node/udp.js";
import type { UDPOptions } from "../../../../src/ports/udp.js";

const SENTINEL = "sentinel";

type Heard = readonly [text: string, source: string, multicast: boolean | undefined];

class Listener {
  readonly socket: NodeUDP;
  heard: Heard[] = [];
  #wake = (): void => {};

  constructor(options: UDPOptions) {
    this.socket = new NodeUDP({ ...options, onReadable: () => this.#read() });
  }

  /**
   * Waits until `count` datagrams and then a unicast one have come. All of them pass through the same queues of the
   * system before the last is sent, so a second copy of one would have come as well.
   */
  async hear(count: number, address = "::1"): Promise<readonly Heard[]> {
    send(SENTINEL, address, this.socket.port);
    while (this.heard.length < count + 1 || !this.heard.some(([text]) => text === SENTINEL))
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    return this.heard.splice(0).sort(([a], [b]) => (a < b ? -1 : 1));
  }

  #read(): void {
    const datagram = this.socket.read()!;
    this.heard.push([Buffer.from(datagram).toString(), datagram.address, datagram.multicast]);
    this.#wake();
  }
}

const errors: string[] = [];
const sender = new NodeUDP({ onError: (error) => errors.push(error.message) });
const send = (text: string, address: string, port: number): void =>
  sender.write(Buffer.from(text), address, port);
const report: Record<string, unknown> = {};

const member = new Listener({ port: 5683 });
const { socket } = member;
for (const group of ["ff02::fd", "ff05::fd", "224.0.1.187", "FF02:0::fd"]) socket.add(group);
report["port"] = socket.port;
send("1 link-local", "ff02::fd%link0", 5683);
send("2 link-local", "ff02::fd%link1", 5683);
send("3 site-local", "ff05::fd%link0", 5683);
send("4 IPv4", "224.0.1.187", 5683);
send("5 unicast", "fd00::1", 5683);
send("6 unicast", "192.0.2.1", 5683);
report["all"] = await member.hear(6);

try {
  new NodeUDP({ port: 5683 });
} catch (error) {
  report["second program"] = (error as NodeJS.ErrnoException).code;
}

for (const group of ["ff02::fd", "FF05::fd", "224.0.1.187"]) socket.remove(group);
for (const group of ["ff02::fd%link0", "ff05::fd%link1", "224.0.1.187"]) send("gone", group, 5683);
report["left"] = await member.hear(0);

socket.add("ff02::fd%link1");
send("1 other link", "ff02::fd%link0", 5683);
send("2 this link", "ff02::fd%link1", 5683);
report["zone"] = await member.hear(1);
socket.close();

for (const address of ["fd00::1", "0.0.0.0"]) {
  const bound = new Listener({ port: 5684, address });
  bound.socket.add("224.0.1.187");
  if (address.includes(":")) bound.socket.add("ff05::fd");
  send("1 IPv4", "224.0.1.187", 5684);
  send("2 site-local", "ff05::fd%link0", 5684);
  const [count, unicast] = address === "0.0.0.0" ? [1, "192.0.2.1"] : [2, address];
  report[`bound to ${address}`] = await bound.hear(count, unicast);
  bound.socket.close();
}

const refused: string[] = [];
const other = new NodeUDP({});
for (const group of ["fd00::1", "192.0.2.1", "example.com", "ff02::fd%nowhere"])
  try {
    other.add(group);
  } catch (error) {
    refused.push((error as Error).message);
  }
report["refused"] = refused;
other.close();
sender.close();
report["errors"] = errors;
process.stdout.write(JSON.stringify(report));
