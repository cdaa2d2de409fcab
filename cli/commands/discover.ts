import { Command } from "commander";
import type { Client } from "../../src/coap/client/client.js";
import type { ClientResponse } from "../../src/coap/client-response.js";
import { LINK_FORMAT } from "../../src/coap/codec/content-format.js";
import { formatUri } from "../../src/coap/codec/uri.js";
import { addConnectionOptions, type ConnectionFlags } from "../client/connection-options.js";
import { findDestination, isGroup, parseTarget, uriOfHost, type Destination } from "../client/destination.js";
import { addProtectionOptions, protectionOptions } from "../client/protection-options.js";
import { FailureError, UsageError } from "../exit-code.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { collectText } from "../option-values.js";
import { linkRecord } from "../json/body.js";
import { addJsonOption, printJson, type JsonFlags } from "../json/option.js";
import { explainMismatch, presentBody } from "../present/body.js";
import { readLinks } from "../present/links.js";

/** RFC 6690 §4. */
const WELL_KNOWN_CORE = [".well-known", "core"];

/** For --help. */
const FIELDS_HELP = `
With --json each link is an object on a line of its own:
  server                      who has it: "coap://[::1]:5684/"
  target                      the link itself: "/temperature"
  attributes                  by name: {"rt":"temperature-c","obs":true}; a list where one comes again`;

interface DiscoverFlags extends ConnectionFlags, JsonFlags {
  readonly filter?: readonly string[];
  readonly raw?: true;
}

/** `coapsule discover` (RFC 6690) */
export function discoverCommand(interruption: Interruption): Command {
  const summary = "List the resources of a server (RFC 6690)";
  const command = new Command("discover")
    .summary(summary)
    .description(`${summary}, as it describes them itself.`)
    .argument(
      "<uri>",
      "a host such as localhost or [::1]:5684, a group such as ff02::fd%eth0, or the URI of any list of links",
    )
    .option(
      "--filter <name=value>",
      "only links with this attribute; value may end in *; repeatable",
      collectText,
    )
    .option("--raw", "write the list as it is, in link format");
  addConnectionOptions(command);
  addProtectionOptions(command);
  addJsonOption(command, FIELDS_HELP, ["raw"]);
  addExamples(command, [
    ["coapsule discover [::1]", "of a server at the default port"],
    ["coapsule discover localhost:5684 --filter rt='temperature*'", "only thermometers"],
    ["coapsule discover coap://[::1]/store", "of another list"],
    ["coapsule discover ff02::fd%eth0 --timeout 3", "of all servers on a link that answer within 3 s"],
  ]);
  return command.action((target: string) => run(target, command.opts<DiscoverFlags>(), interruption));
}

async function run(target: string, flags: DiscoverFlags, { signal }: Interruption): Promise<void> {
  const parts = parseTarget(uriOfHost(target));
  const path = parts.path.length === 0 ? WELL_KNOWN_CORE : parts.path;
  const uri = formatUri({ ...parts, path, query: [...parts.query, ...(flags.filter ?? [])] });
  const destination = await findDestination(uri, true);
  const { address } = destination;
  const timeoutMs = flags.timeout;
  if (isGroup(address)) {
    for (const name of ["oscore", "edhoc"] as const)
      if (flags[name] !== undefined)
        throw new UsageError(
          `${target}: expected the address of one host with --${name}, got that of a group`,
        );
    await discoverGroup(destination, flags, signal);
    return;
  }
  const options = {
    address,
    signal,
    ...protectionOptions(flags),
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
  const { withClient } = await import("../client/connection.js");
  const response = await withClient(flags, destination, { signal }, (client) => client.get(uri, options));
  if (flags.raw) process.stdout.write(response.payload);
  else {
    const note = flags.json ? printRecords(response, parts.scheme) : printTable(response);
    if (note !== undefined) throw new FailureError(note);
    if (response.payload.length === 0) process.stderr.write("no links\n");
  }
}

/** RFC 7252 §8: each member answers for itself, after a random time; one without such links keeps silent. */
async function discoverGroup(
  destination: Destination,
  flags: DiscoverFlags,
  signal: AbortSignal,
): Promise<void> {
  const { uri, address } = destination;
  const waitMs = flags.timeout;
  const options = { address, signal, ...(waitMs !== undefined && { waitMs }) };
  let members = 0;
  const ask = async (client: Client): Promise<void> => {
    for await (const response of client.multicast(uri, options)) {
      members += 1;
      if (flags.raw) {
        process.stdout.write(response.payload);
        process.stdout.write("\n");
        continue;
      }
      if (!flags.json) process.stdout.write(`${uriOfServer(response.remote, "coap")}\n`);
      const note = flags.json ? printRecords(response, "coap") : printTable(response);
      // The others are shown all the same.
      const problem = response.incomplete?.message ?? note;
      if (problem !== undefined) process.stderr.write(`coapsule: ${problem}\n`);
    }
  };
  const { withClient } = await import("../client/connection.js");
  await withClient(flags, destination, { signal }, ask);
  if (members === 0) process.stderr.write("no server has answered\n");
}

/** @returns why the list is shown as it is, where it is no list of links */
function printTable({ payload, contentFormat }: ClientResponse): string | undefined {
  // Some servers leave the Content-Format out; the list is what was asked for.
  const { text, note } = presentBody(payload, contentFormat ?? LINK_FORMAT);
  if (text !== "") process.stdout.write(`${text}\n`);
  return note;
}

/** @returns why there is nothing to print, where it is no list of links */
function printRecords({ payload, remote }: ClientResponse, scheme: string): string | undefined {
  const server = uriOfServer(remote, scheme);
  try {
    for (const link of readLinks(payload)) printJson({ server, ...linkRecord(link) });
    return undefined;
  } catch (error) {
    return explainMismatch("links", error);
  }
}

/** `coap://[::1]:5684/` */
function uriOfServer({ address, port }: ClientResponse["remote"], scheme: string): string {
  return formatUri({ scheme, host: address, port, hostIsAddress: true, path: [], query: [] });
}
