import type { CompletedCommand, CompletedFlag } from "./completed-commands.js";

/** The completion script for bash 4 and later. */
export function createBashScript(all: readonly CompletedCommand[]): string {
  const names = all.map(({ name }) => name).join(" ");
  return `# bash completion of batch-outputs: source <(batch-outputs completion bash)
_batch_outputs() {
  local IFS=$' \\t\\n' at current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" flags="" first="" others=""
  COMPREPLY=()
  # For bash --kind=TaskLog is three words.
  if [[ $current == "=" ]]; then current=""; elif [[ $previous == "=" ]]; then previous="\${COMP_WORDS[COMP_CWORD - 2]}"; fi
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${names} help --help --version" -- "$current"))
    return
  fi
  for ((at = 2; at < COMP_CWORD; at++)); do
    [[ \${COMP_WORDS[at]} == "--" ]] || continue
    compopt -o default
    ((COMP_CWORD == at + 1)) && COMPREPLY=($(compgen -c -- "$current"))
    return
  done
  case "\${COMP_WORDS[1]}:$previous" in
${all.flatMap(({ name, flags }) => flags.map((flag) => createValueCase(name, flag))).join("")}  esac
  case "\${COMP_WORDS[1]}" in
${all.map(createCommandCase).join("")}    help) first="${names}" ;;
  esac
  for ((at = 2; at < COMP_CWORD; at++)); do
    [[ " $first " == *" \${COMP_WORDS[at]} "* ]] && first=""
  done
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$current"))
  else
    [[ $others == unknown ]] || compopt -o default
    COMPREPLY=($(compgen -W "$first" -- "$current"))
  fi
}
complete -F _batch_outputs batch-outputs
`;
}

function createValueCase(command: string, { names, value }: CompletedFlag): string {
  if (value === undefined) return "";
  const action =
    value === "unknown"
      ? ""
      : value === "files"
        ? "compopt -o default; "
        : `COMPREPLY=($(compgen -W "${value.join(" ")}" -- "$current")); `;
  return `    ${names.map((name) => `${command}:${name}`).join(" | ")}) ${action}return ;;\n`;
}

function createCommandCase({ name, flags, firstWords, others }: CompletedCommand): string {
  const words = flags.flatMap((flag) => flag.names).join(" ");
  return `    ${name}) flags="${words}" first="${firstWords.join(" ")}" others="${others}" ;;\n`;
}
