/** Wireshark's command line as a decoder that somebody else wrote. */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "../../../../src/bytes/hex.js";
import { runPeer, type Outcome } from "../peer-process.js";
import type { RecordedMessage } from "../../ours/recorder.js";

/** The values of each field that was asked for, in the order of the datagram; none where the field is absent. */
export type Dissection = Readonly<Record<string, readonly string[]>>;

interface Packet {
  readonly _source: { readonly layers: Dissection };
}

async function runOrThrow(program: string, args: readonly string[], input?: string): Promise<Outcome> {
  const outcome = await runPeer(program, args, input);
  if (outcome.exitCode !== 0) throw new Error(`expected ${program} to succeed, got: ${outcome.stderr}`);
  return outcome;
}

/**
 * Dissects messages that a server recorded, each in a UDP datagram of its own between one client and the server's
 * port 5683.
 * @param fields such as `coap.code`
 * @param preferences of tshark, as `-o` takes them, such as keys
 */
export async function dissect(
  messages: readonly RecordedMessage[],
  fields: readonly string[],
  preferences: readonly string[] = [],
): Promise<Dissection[]> {
  const folder = await mkdtemp(join(tmpdir(), "coapsule-"));
  try {
    const capture = join(folder, "capture.pcapng");
    const dump = messages.map(({ direction, bytes }) => {
      const octets = toHex(bytes).replace(/../gu, " $&");
      return `${direction === "in" ? "I" : "O"} 000000${octets}\n`;
    });
    const headers = ["-6", "2001:db8::1,2001:db8::2", "-u", "61616,5683"];
    await runOrThrow("text2pcap", ["-q", "-D", ...headers, "-", capture], dump.join(""));
    const selection = fields.flatMap((field) => ["-e", field]);
    // text2pcap leaves a UDP checksum that comes out as 0 as it is, one in 65,536; RFC 768 has it sent as 0xffff.
    const all = ["udp.ignore_ipv6_zero_checksum:TRUE", ...preferences];
    const options = all.flatMap((preference) => ["-o", preference]);
    const args = ["-n", ...options, "-r", capture, "-T", "json", ...selection];
    const { stdout } = await runOrThrow("tshark", args);
    const packets = JSON.parse(stdout.toString()) as Packet[];
    return packets.map(({ _source }) => _source.layers);
  } finally {
    await rm(folder, { recursive: true });
  }
}
