import { Command } from "commander";
import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { NodeKeyValue } from "../../hosts/node/storage/key-value.js";
import {
  startResourceDirectory,
  type ResourceDirectoryService,
} from "../../src/applications/rd/directory/service.js";
import type { KeyValue } from "../../src/ports/key-value.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { openOnPort, uriOfPort } from "../local-port.js";
import { StreamServers } from "../streams/servers.js";
import { printDrop, printTrace } from "../trace.js";
import { mountEdhoc, withServerProtection, type ServerProtection } from "../server/oscore-and-edhoc.js";
import { addServerOptions, announce, type ServerFlags } from "../server/server-options.js";

interface DirectoryFlags extends ServerFlags {
  readonly storage?: string;
  readonly senderCheck: boolean;
}

/** `coapsule rd` */
export function rdCommand(interruption: Interruption): Command {
  const summary = "Run a resource directory (RFC 9176)";
  const command = new Command("rd")
    .summary(summary)
    .description(
      `${summary}, until Ctrl-C, after which the exit code is 0. Endpoints register what they offer, others look it up.`,
    )
    .option("--storage <path>", "folder for the registrations; without one they end with the command")
    .option("--no-sender-check", "take simple registrations without Echo, from who does not know that");
  addServerOptions(command, "ff02::fe%eth0");
  addExamples(command, [
    ["coapsule rd", "at the default port, 5683"],
    ["coapsule rd --port 5684 --storage directory", "at another one, registrations outlive it"],
    ["coapsule post 'coap://localhost/rd?ep=node1' '</temp>' -c link-format", "registers by hand"],
    ["coapsule get 'coap://localhost/rd-lookup/res?ep=node1'", "looks up"],
  ]);
  return command.action(() => {
    const flags = command.opts<DirectoryFlags>();
    return withServerProtection(flags, (protection) => run(flags, protection, interruption));
  });
}

async function run(
  flags: DirectoryFlags,
  protection: ServerProtection | undefined,
  interruption: Interruption,
): Promise<void> {
  const { storage } = flags;
  const keyValue = storage === undefined ? undefined : new NodeKeyValue(storage);
  try {
    await serve(flags, keyValue, protection, interruption);
  } finally {
    keyValue?.close();
  }
  interruption.settle();
}

/** @param keyValue keeps the registrations */
async function serve(
  flags: DirectoryFlags,
  keyValue: KeyValue | undefined,
  protection: ServerProtection | undefined,
  interruption: Interruption,
): Promise<void> {
  const { amplificationFactor, senderCheck, verbose } = flags;
  const platform = nodePlatform();
  let service: ResourceDirectoryService | undefined;
  const endpoint = openOnPort(flags.port, (port) => {
    service = startResourceDirectory(
      platform,
      {
        port,
        amplificationFactor,
        limits: NODE_LIMITS,
        ...(protection && { oscore: protection.factory }),
        ...(verbose && { trace: (event) => printTrace(event), onDrop: printDrop }),
      },
      {
        unixMs: Date.now,
        checksSenders: senderCheck,
        ...(keyValue && { keyValue }),
      },
    );
    return service.endpoint;
  });
  mountEdhoc(endpoint.site, protection);
  let streams: StreamServers | undefined;
  try {
    streams = await StreamServers.open(platform, endpoint.site, flags, endpoint.port, protection?.factory);
    for (const group of flags.group ?? []) endpoint.joinGroup(group);
    announce("directory", [uriOfPort(endpoint.port), ...streams.uris], endpoint.site.links, flags);
    await interruption.happened;
  } finally {
    streams?.close();
    service?.close();
  }
}
