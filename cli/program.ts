/** The command line as a whole. */

import { Command } from "commander";
import { packageVersion } from "../hosts/node/package.js";
import { EXIT_CODES_HELP } from "./exit-code.js";
import { addExamples } from "./help.js";
import type { Interruption } from "./interruption.js";

/** A subcommand, imported when it is asked for: together they bring everything that the project has. */
type Loader = (interruption: Interruption, args: readonly string[]) => Promise<Command>;

/** By group and name, as the help lists them. */
const COMMANDS: Readonly<Record<string, Readonly<Record<string, Loader>>>> = {
  Requests: {
    get: async (interruption) => (await import("./commands/get.js")).getCommand(interruption),
    put: async (interruption) => (await import("./commands/put.js")).putCommand(interruption),
    post: async (interruption) => (await import("./commands/post.js")).postCommand(interruption),
    delete: async (interruption) => (await import("./commands/delete.js")).deleteCommand(interruption),
    fetch: async (interruption) => (await import("./commands/fetch.js")).fetchCommand(interruption),
    patch: async (interruption) => (await import("./commands/patch.js")).patchCommand(interruption),
    ipatch: async (interruption) => (await import("./commands/ipatch.js")).ipatchCommand(interruption),
    observe: async (interruption) => (await import("./commands/observe.js")).observeCommand(interruption),
    discover: async (interruption) => (await import("./commands/discover.js")).discoverCommand(interruption),
    ping: async (interruption) => (await import("./commands/ping.js")).pingCommand(interruption),
  },
  Services: {
    serve: async (interruption) => (await import("./commands/serve.js")).serveCommand(interruption),
    rd: async (interruption) => (await import("./commands/rd.js")).rdCommand(interruption),
  },
  Devices: {
    device: async (interruption, args) =>
      (await import("./commands/device.js")).deviceCommand(interruption, args),
    new: async () => (await import("./commands/new.js")).newCommand(),
    test: async (interruption) => (await import("./commands/test.js")).testCommand(interruption),
  },
  Keys: {
    key: async () => (await import("./commands/key.js")).keyCommand(),
  },
  Shell: {
    completion: async () => (await import("./commands/completion.js")).completionCommand(),
  },
};

/** Options that need no subcommand. */
const VERSION_FLAGS = ["-V", "--version"];

/**
 * Builds `coapsule` with its subcommands; errors of usage are thrown.
 * @param args of the command line: where the first is the name of a subcommand, that is the only one, but for
 *   `completion`, which needs all of them
 */
export async function createProgram(
  interruption: Interruption,
  [wanted, ...args]: readonly string[] = [],
): Promise<Command> {
  const program = new Command("coapsule")
    .description("CoAP from the command line: asks servers, and runs one or a device.")
    .version(packageVersion(), VERSION_FLAGS.join(", "), "show the version")
    .helpOption("-h, --help", "show this help")
    .helpCommand("help [command]", "show the help of a command");
  const isNeeded = subcommandFilter(wanted);
  for (const [group, commands] of Object.entries(COMMANDS)) {
    program.commandsGroup(`${group}:`);
    for (const [name, load] of Object.entries(commands))
      if (isNeeded(name)) program.addCommand(await load(interruption, args));
  }
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

/** Which subcommands a command line that begins with `wanted` needs. */
function subcommandFilter(wanted = ""): (name: string) => boolean {
  if (VERSION_FLAGS.includes(wanted)) return () => false;
  const isName = Object.values(COMMANDS).some((group) => Object.hasOwn(group, wanted));
  return (name) => !isName || wanted === "completion" || name === wanted;
}

function withSubcommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(withSubcommands)];
}

function fullName(command: Command): string {
  return command.parent === null ? command.name() : `${fullName(command.parent)} ${command.name()}`;
}
