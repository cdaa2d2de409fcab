import { Command, Option } from "commander";
import {
  createContextFiles,
  readContextFile,
  type ContextChoice,
} from "../../hosts/node/keys/context-file.js";
import { toHex } from "../../src/bytes/hex.js";
import { AEADS, type CompleteParameters } from "../../src/oscore/context/parameters.js";
import { addExamples } from "../help.js";
import { addJsonOption, printJson, type JsonFlags } from "../json/option.js";
import { parseIdContext, parseOscoreId } from "../option-values.js";

/** For --help. */
const FIELDS_HELP = `
With --json what is public is an object:
  senderId, recipientId       the IDs in hexadecimal: "a1b2"
  idContext                   in hexadecimal, where there is one
  algorithm, hash             "AES-CCM-16-64-128", "SHA-256"
  replayWindow                requests out of order that are still taken`;

/** For --help. RFC 8613 §3.2 */
const FILE_HELP = `
A file of a security context is JSON with the names of RFC 8613, bytes in hexadecimal; its rights are 0600:
  masterSecret                random, and of these two endpoints alone
  senderId, recipientId       ours, and that of the peer
  masterSalt, idContext       may be left out
  algorithm, hash             may be left out: AES-CCM-16-64-128, SHA-256
  replayWindow                may be left out: 32
Which sequence numbers were used is in the folder oscore-state beside it. Move both together, and never copy a file to
another folder or machine where the first goes on: a nonce that is used twice gives everything away.`;

/** `coapsule key` */
export function keyCommand(): Command {
  const summary = "Make and show keys of OSCORE (RFC 8613)";
  const command = new Command("key")
    .summary(summary)
    .description(`${summary}, in files for --oscore.`)
    .addCommand(contextCommand())
    .addCommand(showCommand())
    .helpCommand(false);
  return addExamples(command, [
    ["coapsule key context phone.json door.json", "a context for two: phone.json is ours"],
    ["coapsule key show phone.json", "what of it is public"],
    ["coapsule serve --oscore door.json", "on the one machine"],
    ["coapsule get coap://[::1]/protected --oscore phone.json", "on the other"],
  ]);
}

interface ContextFlags extends ContextChoice, JsonFlags {}

/** `coapsule key context` */
function contextCommand(): Command {
  const summary = "Make a security context: a file for this side, and one for the peer";
  const command = new Command("context")
    .summary(summary)
    .description(`${summary}, which gets it over a way that nobody else reads.`)
    .argument("<path>", "the file for this side")
    .argument("<peer-path>", "the file for the peer")
    .option("--sender-id <hex>", "ID of this side; otherwise a random one", parseOscoreId)
    .option("--recipient-id <hex>", "ID of the peer; otherwise a random one", parseOscoreId)
    .option("--id-context <hex>", "tells contexts with the same IDs apart", parseIdContext)
    .addOption(new Option("--algorithm <name>", "the AEAD").choices(Object.keys(AEADS)));
  addJsonOption(command, FIELDS_HELP);
  command.addHelpText("after", FILE_HELP);
  addExamples(command, [
    ["coapsule key context phone.json door.json", "with random IDs"],
    ["coapsule key context phone.json door.json --sender-id 01 --recipient-id 02", "with these"],
  ]);
  return command.action((path: string, peerPath: string) => {
    const { json, ...choice } = command.opts<ContextFlags>();
    present(createContextFiles(path, peerPath, choice), json);
  });
}

/** `coapsule key show` */
function showCommand(): Command {
  const summary = "Show what of a security context is public";
  const command = new Command("show").summary(summary).description(`${summary}: never a secret.`);
  command.argument("<path>", "its file");
  addJsonOption(command, FIELDS_HELP);
  command.addHelpText("after", FILE_HELP);
  addExamples(command, [["coapsule key show phone.json", "its IDs and algorithms"]]);
  return command.action((path: string) => present(readContextFile(path), command.opts<JsonFlags>().json));
}

function present(parameters: CompleteParameters, asJson: true | undefined): void {
  const { senderId, recipientId, idContext, algorithm, hash, replayWindow } = parameters;
  if (asJson) {
    printJson({
      senderId: toHex(senderId),
      recipientId: toHex(recipientId),
      ...(idContext && { idContext: toHex(idContext) }),
      algorithm,
      hash,
      replayWindow,
    });
    return;
  }
  const rows = [
    ["Sender ID", formatId(senderId)],
    ["Recipient ID", formatId(recipientId)],
    ["ID Context", idContext ? formatId(idContext) : "none"],
    ["algorithm", `${algorithm}, ${hash}`],
    ["replay window", String(replayWindow)],
  ] as const;
  process.stdout.write(rows.map(([name, value]) => `${name.padEnd(14)}${value}\n`).join(""));
}

function formatId(id: Uint8Array): string {
  return id.length === 0 ? "empty" : toHex(id);
}
