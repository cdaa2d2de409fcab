/** Completion for fish. */

import type { SuggestedOption, SuggestedProgram, Suggestions } from "./suggestions.js";

/** The script: a file `coapsule.fish` in a folder of `$fish_complete_path`, or something to `source`. */
export function fishScript({ name, options, commands }: SuggestedProgram): string {
  const complete = (condition: string, rest: string): string =>
    `complete -c ${name} -n '${condition}' ${rest}`;
  const lines = options.map((option) => complete("__fish_use_subcommand", optionRule(option)));
  for (const command of commands) {
    const isHere = `__fish_seen_subcommand_from ${command.name}`;
    lines.push(
      complete("__fish_use_subcommand", `-a ${command.name} -d '${escape(command.description)}'`),
      ...command.options.map((option) => complete(isHere, optionRule(option))),
    );
    const [argument, later] = [valueRule(command.values), valueRule(command.later)];
    const isLater = `__fish_seen_subcommand_from ${namesIn(command.values)}`;
    if (later !== "") {
      lines.push(complete(`${isHere}; and not ${isLater}`, argument.trimEnd()));
      lines.push(complete(`${isHere}; and ${isLater}`, later.trimEnd()));
    } else if (argument !== "") lines.push(complete(isHere, argument.trimEnd()));
  }
  return `# Completion of ${name} for fish: ${name} completion fish | source

complete -c ${name} -f
${lines.join("\n")}
`;
}

/** `-s a -l accept -x -a 'json cbor' -d 'what it does'` */
function optionRule({ short, long, description, placeholder, values }: SuggestedOption): string {
  const names = short === undefined ? "" : `-s ${short.slice(1)} `;
  const kind = values === "paths" ? "-r" : "-x";
  const value = placeholder === undefined ? "" : `${kind} ${valueRule(values)}`;
  return `${names}-l ${long.slice(2)} ${value}-d '${escape(description)}'`;
}

function namesIn(values: Suggestions): string {
  return values === "paths" ? "" : values.join(" ");
}

/** With a blank behind it, where there is anything to suggest. */
function valueRule(values: Suggestions): string {
  if (values === "paths") return "-F ";
  return values.length === 0 ? "" : `-a '${values.join(" ")}' `;
}

/** Between single quotes. */
function escape(text: string): string {
  return text.replace(/[\\']/gu, "\\$&");
}
