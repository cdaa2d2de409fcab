/** Completion for zsh, by its `_arguments`. */

import {
  namesOf,
  type SuggestedCommand,
  type SuggestedOption,
  type SuggestedProgram,
  type Suggestions,
} from "./suggestions.js";

/** The script: a file `_coapsule` in a folder of `$fpath`, or something to `eval`. */
export function zshScript({ name, options, commands }: SuggestedProgram): string {
  return `#compdef ${name}
# Completion of ${name} for zsh: eval "$(${name} completion zsh)"

_${name}() {
  local context state state_descr line
  typeset -A opt_args
  _arguments -C \\
${options.flatMap(optionSpecs).map(continued).join("\n")}
    '1:command:->command' \\
    '*::argument:->argument'
  case $state in
    command)
      local -a commands
      commands=(
${commands.map((command) => `        '${command.name}:${escape(command.description)}'`).join("\n")}
      )
      _describe command commands
      ;;
    argument)
      case $words[1] in
${commands.map(commandCase).join("\n")}
      esac
      ;;
  esac
}

if [[ $funcstack[1] == _${name} ]]; then
  _${name} "$@"
else
  compdef _${name} ${name}
fi
`;
}

function commandCase({ name, options, values, later }: SuggestedCommand): string {
  return `        ${name})
          _arguments -s -S \\
${options
  .flatMap(optionSpecs)
  .map((spec) => `        ${continued(spec)}`)
  .join("\n")}
            '1:argument:${actionOf(values)}'${later.length === 0 ? "" : ` \\\n            '*:argument:${actionOf(later)}'`}
          ;;`;
}

function continued(spec: string): string {
  return `    ${spec} \\`;
}

/** `'(-a --accept)-a[what it does]:format:(json cbor)'`, one for each name. */
function optionSpecs(option: SuggestedOption): string[] {
  const { placeholder, description, values, isRepeatable } = option;
  const names = namesOf(option);
  const value = placeholder === undefined ? "" : `:${escape(placeholder)}:${actionOf(values)}`;
  const others = isRepeatable ? "*" : names.length > 1 ? `(${names.join(" ")})` : "";
  return names.map((flag) => {
    const isLong = flag.startsWith("--");
    const form = placeholder !== undefined && isLong ? `${flag}=` : flag;
    return `'${others}${form}[${escape(description)}]${value}'`;
  });
}

function actionOf(values: Suggestions): string {
  if (values === "paths") return "_files";
  return values.length === 0 ? " " : `(${values.join(" ")})`;
}

/** Text between single quotes, where `_arguments` gives a meaning to brackets, colons and backslashes. */
function escape(text: string): string {
  return text.replace(/[\\[\]:]/gu, "\\$&").replaceAll("'", "'\\''");
}
