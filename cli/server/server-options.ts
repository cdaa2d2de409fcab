/** What commands that answer requests have in common. */

import type { Command } from "commander";
import type { Link } from "../../src/coap/codec/link-format.js";
import { COAP_PORT, defaultPort } from "../../src/coap/codec/uri.js";
import { collectOrigin, collectText, amplificationOption, parsePort } from "../option-values.js";
import { linkRecord } from "../json/body.js";
import { addJsonOption, printJson, type JsonFlags } from "../json/option.js";
import { formatLinkTable } from "../present/links.js";
import { addFlowOption, addPeerOption } from "../keys/peer-option.js";
import type { StreamServerFlags } from "../streams/servers.js";
import type { ServerProtectionFlags } from "./oscore-and-edhoc.js";

/** Each with the scheme of the URIs that it answers. */
const STREAM_OPTIONS = [
  ["--tcp [port]", "coap+tcp", "over TCP", "the port of UDP"],
  ["--ws [port]", "coap+ws", "over WebSockets", `port ${defaultPort("coap+ws")!}`],
  ["--tls [port]", "coaps+tcp", "over TLS", `port ${defaultPort("coaps+tcp")!}`],
  ["--wss [port]", "coaps+ws", "over WebSockets with TLS", `port ${defaultPort("coaps+ws")!}`],
] as const;

/** For --help. */
const FIELDS_HELP = `
With --json, an object on a line says that it is ready:
  uris                        where it answers: ["coap://[::1]"]
  links                       what it offers, each with target and attributes`;

export interface ServerFlags extends StreamServerFlags, ServerProtectionFlags, JsonFlags {
  readonly port: number;
  readonly amplificationFactor: number;
  readonly group?: readonly string[];
}

/** @param group a multicast group that fits the service */
export function addServerOptions(command: Command, group: string): Command {
  command.option("-p, --port <number>", "UDP port; 0 takes a free one", parsePort, COAP_PORT);
  for (const [flags, scheme, how, port] of STREAM_OPTIONS)
    command.option(flags, `answer ${how}, too: ${scheme} at ${port} or another`, parsePort);
  command
    .option("--tls-cert <path>", "certificate for --tls and --wss, in PEM format")
    .option("--tls-key <path>", "its private key, in PEM format")
    .option("--tls-client-ca <path>", "take clients only whose certificate is of these authorities")
    .option(
      "--ws-origin <origin>",
      "let web pages of this origin connect to --ws and --wss, such as https://example.com; * is all; repeatable",
      collectOrigin,
    )
    .addOption(amplificationOption())
    .option(
      "--group <address>",
      `answer to a multicast group, too, such as ${group}; repeatable`,
      collectText,
    )
    .option(
      "--oscore <path>",
      "take messages protected with the security context in this file, too: see coapsule key; repeatable",
      collectText,
    )
    .option(
      "--edhoc <path>",
      "agree on keys with peers by EDHOC, by the credential in this file: see coapsule key; repeatable",
      collectText,
    );
  addPeerOption(command, "the public credential of a peer to let in, for --edhoc; repeatable");
  addFlowOption(
    command,
    "how --edhoc takes message_3: combined with a request or by itself; sequential, by itself alone; message-4, by itself with message_4 as the answer, or combined",
  );
  command.option("-v, --verbose", "show each message on standard error");
  addJsonOption(command, FIELDS_HELP);
  return command;
}

/** Says on standard output that requests are answered now. @param what it is that answers */
export function announce(
  what: string,
  uris: readonly string[],
  links: readonly Link[],
  { json }: ServerFlags,
): void {
  if (json) printJson({ uris, links: links.map(linkRecord) });
  else {
    const table = formatLinkTable(links).replaceAll(/^/gmu, "  ");
    process.stdout.write(`${what} at ${uris.join(", ")}\n${table}\nCtrl-C ends it\n`);
  }
}
