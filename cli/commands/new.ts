import { Argument, Command } from "commander";
import { makeDevice } from "../new/make-device.js";
import { addExamples } from "../help.js";

/** `coapsule new` */
export function newCommand(): Command {
  const summary = "Make a folder for a device of your own";
  const command = new Command("new")
    .summary(summary)
    .description(`${summary}: with one sensor, its tests, and a README that says how to go on.`)
    .addArgument(new Argument("<name>", "name of the device, as npm allows it: my-device"))
    .option("--directory <path>", "the folder; without it one of the device's name, here");
  addExamples(command, [
    ["coapsule new my-device", "makes the folder my-device"],
    ["coapsule new my-device --directory devices/first", "makes another one"],
  ]);
  return command.action((name: string) => {
    const { directory = name } = command.opts<{ readonly directory?: string }>();
    process.stdout.write(`${makeDevice(name, directory).join("\n")}\n`);
  });
}
