import { Command } from "commander";
import { addExamples } from "../help.js";
import { contextCommand } from "../keys/context-command.js";
import { newCommand } from "../keys/new-command.js";
import { showCommand } from "../keys/show-command.js";

/** `coapsule key` */
export function keyCommand(): Command {
  const summary = "Make and show keys of OSCORE (RFC 8613) and EDHOC (RFC 9528)";
  const command = new Command("key")
    .summary(summary)
    .description(`${summary}, in files for --oscore and --edhoc.`)
    .addCommand(newCommand())
    .addCommand(contextCommand())
    .addCommand(showCommand())
    .helpCommand(false);
  return addExamples(command, [
    ["coapsule key new phone.json", "a key for --edhoc; phone.pub.json is for the peers"],
    ["coapsule key context phone.json door.json", "a context for two, for --oscore: phone.json is ours"],
    ["coapsule key show phone.json", "what of it is public"],
  ]);
}
