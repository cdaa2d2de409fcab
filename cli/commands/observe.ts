import { Command } from "commander";
import { setTimeout as delay } from "node:timers/promises";
import type { Observation } from "../../src/coap/client/observation.js";
import type { RequestOptions } from "../../src/coap/request-options.js";
import type { ClientResponse } from "../../src/coap/client-response.js";
import { addConnectionOptions, type ConnectionFlags } from "../client/connection-options.js";
import { findDestination } from "../client/destination.js";
import { addProtectionOptions, protectionOptions } from "../client/protection-options.js";
import { FailureError } from "../exit-code.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { blockSizeOption, parseContentFormat, parseCount, qBlockOption } from "../option-values.js";
import { addJsonOption, printJson, type JsonFlags } from "../json/option.js";
import { RESPONSE_FIELDS_HELP, responseRecord } from "../json/response.js";
import { presentBody } from "../present/body.js";

/** How long to wait for the server to confirm that the observation is over. */
const CANCEL_WAIT_MS = 3000;

interface ObserveFlags extends ConnectionFlags, JsonFlags {
  readonly accept?: number;
  readonly count?: number;
  readonly non?: true;
  readonly blockSize?: number;
  readonly qBlock?: true;
  readonly raw?: true;
}

/** `coapsule observe` (RFC 7641) */
export function observeCommand(interruption: Interruption): Command {
  const summary = "Show the states of a resource as they change (RFC 7641)";
  const command = new Command("observe")
    .summary(summary)
    .description(`${summary}, each on a line, until Ctrl-C cancels the observation.`)
    .argument("<uri>", "such as coap://[::1]/counter")
    .option("--count <number>", "end after so many states, the first one included", parseCount)
    .option("-a, --accept <format>", "the Content-Format wanted, by number or name", parseContentFormat)
    .option("-n, --non", "send Non-confirmable messages")
    .addOption(blockSizeOption())
    .addOption(qBlockOption())
    .option("--raw", "write the states as they are, with nothing between them");
  addConnectionOptions(command);
  addProtectionOptions(command, ["qBlock"]);
  addJsonOption(command, RESPONSE_FIELDS_HELP, ["raw"]);
  addExamples(command, [
    ["coapsule observe coap://[::1]/counter", "until Ctrl-C"],
    ["coapsule observe coap://[::1]/counter --count 3", "three states"],
    ["coapsule observe coap://[::1]/time -a cbor -v", "with all messages"],
    ["coapsule observe coap://[::1]/counter --json | jq -r .text", "for programs"],
  ]);
  return command.action((uri: string) => run(uri, command.opts<ObserveFlags>(), interruption));
}

async function run(uri: string, flags: ObserveFlags, { signal }: Interruption): Promise<void> {
  const destination = await findDestination(uri);
  const { accept, blockSize, timeout, count = Infinity } = flags;
  const options: RequestOptions = {
    address: destination.address,
    signal,
    ...protectionOptions(flags),
    ...(timeout !== undefined && { timeoutMs: timeout }),
    ...(accept !== undefined && { accept }),
    ...(blockSize !== undefined && { blockSize }),
    ...(flags.non && { confirmable: false }),
    ...(flags.qBlock && { blocks: "Q-Block" }),
  };
  // What a busy server has sent already is not sent again.
  const wanted = { states: count };
  const { withClient } = await import("../client/connection.js");
  await withClient(flags, destination, { signal }, async (client) => {
    const observation = await client.observe(uri, options);
    const isObserved = observation.active;
    await follow(observation, wanted, flags, signal);
    if (!isObserved) throw new FailureError(`${uri} cannot be observed: this is its present state`);
  });
}

async function follow(
  observation: Observation,
  wanted: { states: number },
  flags: ObserveFlags,
  signal: AbortSignal,
): Promise<void> {
  const cancel = (): Promise<unknown> =>
    Promise.race([observation.cancel(), delay(CANCEL_WAIT_MS, undefined, { ref: false })]);
  let cancelled: Promise<unknown> | undefined;
  const onAbort = (): void => void (cancelled = cancel());
  signal.addEventListener("abort", onAbort);
  if (signal.aborted) onAbort();
  while (wanted.states > 0) {
    const { done, value } = await observation.next();
    if (done) break;
    wanted.states -= 1;
    print(value, flags);
  }
  signal.removeEventListener("abort", onAbort);
  await (cancelled ?? cancel());
}

function print(response: ClientResponse, flags: ObserveFlags): void {
  const { payload, contentFormat } = response;
  if (flags.json) {
    printJson(responseRecord(response));
    return;
  }
  if (flags.raw) {
    process.stdout.write(payload);
    return;
  }
  const { text, note } = presentBody(payload, contentFormat);
  process.stdout.write(`${text}\n`);
  if (note !== undefined) process.stderr.write(`coapsule: ${note}\n`);
}
