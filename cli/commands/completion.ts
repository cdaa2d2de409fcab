import { Argument, Command } from "commander";
import { bashScript } from "../completion/bash.js";
import { fishScript } from "../completion/fish.js";
import { suggestionsOf, type SuggestedProgram } from "../completion/suggestions.js";
import { zshScript } from "../completion/zsh.js";
import { addExamples } from "../help.js";

const SCRIPTS: Readonly<Record<string, (program: SuggestedProgram) => string>> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
};

/** `coapsule completion` */
export function completionCommand(): Command {
  const summary = "Write a script that completes commands in a shell";
  const command = new Command("completion")
    .summary(summary)
    .description(`${summary}: names of commands and options, Content-Formats, paths.`)
    .addArgument(new Argument("<shell>", "which shell").choices(Object.keys(SCRIPTS)));
  addExamples(command, [
    ["coapsule completion bash >> ~/.bashrc", "for every bash to come"],
    ['eval "$(coapsule completion zsh)"', "for this zsh, after compinit"],
    ["coapsule completion fish > ~/.config/fish/completions/coapsule.fish", "for every fish to come"],
  ]);
  return command.action((shell: string) => {
    const program = command.parent ?? command;
    process.stdout.write(SCRIPTS[shell]!(suggestionsOf(program)));
  });
}
