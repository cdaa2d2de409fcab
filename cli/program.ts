/** The command line as a whole. */

import { Command } from "commander";
import { readFileSync } from "node:fs";
import { completionCommand } from "./commands/completion.js";
import { deleteCommand } from "./commands/delete.js";
import { deviceCommand } from "./commands/device.js";
import { discoverCommand } from "./commands/discover.js";
import { fetchCommand } from "./commands/fetch.js";
import { getCommand } from "./commands/get.js";
import { ipatchCommand } from "./commands/ipatch.js";
import { keyCommand } from "./commands/key.js";
import { observeCommand } from "./commands/observe.js";
import { patchCommand } from "./commands/patch.js";
import { pingCommand } from "./commands/ping.js";
import { postCommand } from "./commands/post.js";
import { putCommand } from "./commands/put.js";
import { rdCommand } from "./commands/rd.js";
import { serveCommand } from "./commands/serve.js";
import { EXIT_CODES_HELP } from "./exit-code.js";
import { addExamples } from "./help.js";
import type { Interruption } from "./interruption.js";

const PACKAGE = new URL("../../../package.json", import.meta.url);

function version(): string {
  const { version: text } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { version: string };
  return text;
}

/** Builds `coapsule` with its subcommands; errors of usage are thrown. */
export function createProgram(interruption: Interruption): Command {
  const requests = [
    getCommand(interruption),
    putCommand(interruption),
    postCommand(interruption),
    deleteCommand(interruption),
    fetchCommand(interruption),
    patchCommand(interruption),
    ipatchCommand(interruption),
    observeCommand(interruption),
    discoverCommand(interruption),
    pingCommand(interruption),
  ];
  const services = [serveCommand(interruption), rdCommand(interruption), deviceCommand(interruption)];
  const keys = [keyCommand()];
  const tools = [completionCommand()];
  const program = new Command("coapsule")
    .description("CoAP from the command line: asks servers, and runs one or a device.")
    .version(version(), "-V, --version", "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command");
  program.commandsGroup("Requests:");
  for (const command of requests) program.addCommand(command);
  program.commandsGroup("Services:");
  for (const command of services) program.addCommand(command);
  program.commandsGroup("Keys:");
  for (const command of keys) program.addCommand(command);
  program.commandsGroup("Shell:");
  for (const command of tools) program.addCommand(command);
  addExamples(program, [
    ["coapsule serve &", "a server with something to try"],
    ["coapsule discover [::1]", "what does it offer?"],
    ["coapsule get coap://[::1]/time", "and what time is it there?"],
  ]);
  program.addHelpText("after", EXIT_CODES_HELP);
  for (const command of withSubcommands(program)) {
    command.exitOverride().helpOption("-h, --help", "show this help");
    command.configureOutput({
      outputError: (text, write) => write(text.replace(/^error: /u, `${fullName(command)}: `)),
    });
    command.showHelpAfterError(`Try '${fullName(command)} --help'.`);
    if (command !== program) command.addHelpText("after", "\nExit codes: see coapsule --help");
  }
  return program;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
