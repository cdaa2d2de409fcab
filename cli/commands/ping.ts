import { Command } from "commander";
import { pause } from "../pause.js";
import { addConnectionOptions, type ConnectionFlags } from "../client/connection-options.js";
import { findDestination, formatPeer, uriOfHost } from "../client/destination.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { addJsonOption, printJson, type JsonFlags } from "../json/option.js";
import { parseCount } from "../option-values.js";

const INTERVAL_MS = 1000;

/** For --help. */
const FIELDS_HELP = `
With --json each answer is an object on a line of its own:
  remote, roundTripMs         who answered, and after how many ms`;

interface PingFlags extends ConnectionFlags, JsonFlags {
  readonly count: number;
}

/** `coapsule ping` (RFC 7252 §4.3, RFC 8323 §5.4) */
export function pingCommand(interruption: Interruption): Command {
  const summary = "Ask whether a CoAP endpoint is there (RFC 7252 §4.3, RFC 8323 §5.4)";
  const command = new Command("ping")
    .summary(summary)
    .description(`${summary}, with an Empty message or a Ping, and show how long its answer took.`)
    .argument("<uri>", "a host such as localhost or [::1]:5684, or a URI, of which only the host counts")
    .option("--count <number>", "ask so often, once a second", parseCount, 1);
  addConnectionOptions(command);
  addJsonOption(command, FIELDS_HELP);
  addExamples(command, [
    ["coapsule ping [::1]", "at the default port"],
    ["coapsule ping coap+tcp://[::1]", "over TCP"],
    ["coapsule ping localhost:5684 --count 3 --timeout 2", "three times, with little patience"],
  ]);
  return command.action((target: string) => run(target, command.opts<PingFlags>(), interruption));
}

async function run(target: string, flags: PingFlags, { signal }: Interruption): Promise<void> {
  const { count, timeout } = flags;
  const destination = await findDestination(uriOfHost(target));
  const { uri, address } = destination;
  const { withClient } = await import("../client/connection.js");
  await withClient(flags, destination, { signal }, async (client) => {
    for (let left = count; left > 0 && !signal.aborted; left -= 1) {
      const ms = await client.ping(uri, {
        address,
        signal,
        ...(timeout !== undefined && { timeoutMs: timeout }),
      });
      const remote = formatPeer(destination);
      if (flags.json) printJson({ remote, roundTripMs: ms });
      else process.stdout.write(`${remote} answered after ${ms.toFixed(1)} ms\n`);
      if (left > 1) await pause(INTERVAL_MS, signal);
    }
  });
}
