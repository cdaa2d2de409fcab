import { Command } from "commander";
import { NODE_LIMITS } from "../../hosts/node/limits.js";
import { nodePlatform } from "../../hosts/node/platform.js";
import { createDemoSite } from "../../services/demo-site.js";
import { Endpoint } from "../../src/coap/endpoint.js";
import { qBlock } from "../../src/coap/bodies/qblock/q-block.js";
import { WallClock } from "../../src/applications/time/source.js";
import { addExamples } from "../help.js";
import type { Interruption } from "../interruption.js";
import { openOnPort, uriOfPort } from "../local-port.js";
import { StreamServers } from "../streams/servers.js";
import { printDrop, printTrace } from "../trace.js";
import { mountEdhoc, withServerProtection, type ServerProtection } from "../server/oscore-and-edhoc.js";
import { addServerOptions, announce, type ServerFlags } from "../server/server-options.js";

/** `coapsule serve` */
export function serveCommand(interruption: Interruption): Command {
  const summary = "Serve resources to try a client on";
  const command = new Command("serve")
    .summary(summary)
    .description(`${summary}, until Ctrl-C, after which the exit code is 0.`);
  addServerOptions(command, "ff02::fd%eth0");
  addExamples(command, [
    ["coapsule serve", "at the default port, 5683"],
    ["coapsule serve --port 5684 -v", "at another one, showing all messages"],
    ["coapsule serve --group 224.0.1.187", "answers to all CoAP nodes' group"],
    ["coapsule serve --oscore door.json", "and protected messages, which /protected asks for"],
    ["coapsule serve --edhoc door.json --edhoc-peer phone.pub.json", "keys are agreed on with the phone"],
    ["coapsule serve --tcp --ws 8080", "over TCP at the same port and WebSockets at port 8080, too"],
  ]);
  return command.action(() => {
    const flags = command.opts<ServerFlags>();
    return withServerProtection(flags, (protection) => run(flags, protection, interruption));
  });
}

async function run(
  flags: ServerFlags,
  protection: ServerProtection | undefined,
  interruption: Interruption,
): Promise<void> {
  const platform = nodePlatform();
  const demo = createDemoSite(platform, new WallClock(Date.now));
  const { site } = demo;
  mountEdhoc(site, protection);
  try {
    const { amplificationFactor, verbose } = flags;
    const endpoint = openOnPort(
      flags.port,
      (port) =>
        new Endpoint(platform, {
          port,
          site,
          amplificationFactor,
          limits: NODE_LIMITS,
          qBlock: qBlock(),
          ...(protection && { oscore: protection.factory }),
          ...(verbose && { trace: (event) => printTrace(event), onDrop: printDrop }),
        }),
    );
    let streams: StreamServers | undefined;
    try {
      streams = await StreamServers.open(platform, site, flags, endpoint.port, protection?.factory);
      for (const group of flags.group ?? []) endpoint.joinGroup(group);
      announce("serving", [uriOfPort(endpoint.port), ...streams.uris], site.links, flags);
      await interruption.happened;
    } finally {
      streams?.close();
      endpoint.close();
    }
  } finally {
    demo.close();
  }
  interruption.settle();
}
