import { Command, Option } from "commander";
import { createContextFiles, type ContextChoice } from "../../services/credentials/context-file.js";
import { AEADS } from "../../src/security/oscore/context/parameters.js";
import { addExamples } from "../help.js";
import { addJsonOption, type JsonFlags } from "../json/option.js";
import { parseIdContext, parseOscoreId } from "../option-values.js";
import { CONTEXT_FIELDS_HELP, presentContext } from "./present.js";

/** RFC 8613 §3.2 */
const FILE_HELP = `
A file of a security context is JSON with the names of RFC 8613, bytes in hexadecimal; its rights are 0600:
  masterSecret                random, and of these two endpoints alone
  senderId, recipientId       ours, and that of the peer
  masterSalt, idContext       may be left out
  algorithm, hash             may be left out: AES-CCM-16-64-128, SHA-256
  replayWindow                may be left out: 32
Which sequence numbers were used is in the folder oscore-state beside it. Move both together, and never copy a file to
another folder or machine where the first goes on: a nonce that is used twice gives everything away.`;

interface ContextFlags extends ContextChoice, JsonFlags {}

/** `coapsule key context` */
export function contextCommand(): Command {
  const summary = "Make a security context of OSCORE: a file for this side, and one for the peer";
  const command = new Command("context")
    .summary(summary)
    .description(`${summary}, which gets it over a way that nobody else reads.`)
    .argument("<path>", "the file for this side")
    .argument("<peer-path>", "the file for the peer")
    .option("--sender-id <hex>", "ID of this side; otherwise a random one", parseOscoreId)
    .option("--recipient-id <hex>", "ID of the peer; otherwise a random one", parseOscoreId)
    .option("--id-context <hex>", "tells contexts with the same IDs apart", parseIdContext)
    .addOption(new Option("--algorithm <name>", "the AEAD").choices(Object.keys(AEADS)));
  addJsonOption(command, CONTEXT_FIELDS_HELP);
  command.addHelpText("after", FILE_HELP);
  addExamples(command, [
    ["coapsule key context phone.json door.json", "with random IDs"],
    ["coapsule key context phone.json door.json --sender-id 01 --recipient-id 02", "with these"],
  ]);
  return command.action((path: string, peerPath: string) => {
    const { json, ...choice } = command.opts<ContextFlags>();
    presentContext(createContextFiles(path, peerPath, choice), json);
  });
}
