/** Completion for bash 4 and newer, which needs nothing besides. */

import { namesOf, type SuggestedProgram, type Suggestions } from "./suggestions.js";

/** The script; `eval` makes it known. */
export function bashScript(program: SuggestedProgram): string {
  const { name, commands } = program;
  return `# Completion of ${name} for bash: eval "$(${name} completion bash)"

_${name}() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD - 1]}
  local command= place=argument word words=
  COMPREPLY=()
  # Bash takes --option=value for three words.
  if [[ $current == = ]]; then
    current=
  elif [[ $previous == = ]]; then
    previous=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ -n $command ]]; then
      [[ $word == -* ]] || place=later
      continue
    fi
    case $word in
      ${commands.map((command) => command.name).join(" | ")}) command=$word ;;
    esac
  done
  [[ $current == -* ]] && place=option
  case "$command $previous" in
${valueCases(program)}
    *)
      case "$command $place" in
${placeCases(program)}
      esac
      ;;
  esac
  if [[ $words == paths ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$current")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
  fi
}

complete -F _${name} ${name}
`;
}

/** What follows an option that takes a value; options that take the same share a case. */
function valueCases({ commands }: SuggestedProgram): string {
  const cases = new Map<string, string[]>();
  for (const command of commands)
    for (const option of command.options) {
      if (option.placeholder === undefined) continue;
      const words = wordsOf(option.values);
      const patterns = namesOf(option).map((flag) => `"${command.name} ${flag}"`);
      cases.set(words, [...(cases.get(words) ?? []), ...patterns]);
    }
  return [...cases].map(([words, patterns]) => `    ${patterns.join(" | ")}) words='${words}' ;;`).join("\n");
}

/** What follows anything else: an option where it starts with a dash, otherwise a command or its argument. */
function placeCases({ options, commands }: SuggestedProgram): string {
  const names = commands.map((command) => command.name);
  return [{ name: "", options, values: names, later: [] }, ...commands]
    .flatMap((command) => [
      `        "${command.name} option") words='${command.options.flatMap(namesOf).join(" ")}' ;;`,
      `        "${command.name} argument") words='${wordsOf(command.values)}' ;;`,
      ...(command.later.length === 0
        ? []
        : [`        "${command.name} later") words='${wordsOf(command.later)}' ;;`]),
    ])
    .join("\n");
}

function wordsOf(values: Suggestions): string {
  return values === "paths" ? values : values.join(" ");
}
