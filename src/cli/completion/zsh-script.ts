import type { CompletedCommand, CompletedFlag } from "./completed-commands.js";

/** The completion script for zsh, for a folder in `$fpath` or for `eval`. */
export function createZshScript(all: readonly CompletedCommand[]): string {
  return `#compdef batch-outputs
# zsh completion of batch-outputs: put it as _batch-outputs into a folder of $fpath, or eval it after compinit
_batch-outputs() {
  local -a commands
  commands=(
${all.map(({ name, summary }) => `    ${quoteForZsh(`${name}:${summary}`)}\n`).join("")}    'help:show help for a command'
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${all.map(createCommandCase).join("")}    help) _describe -t commands command commands ;;
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _batch-outputs "$@"; else compdef _batch-outputs batch-outputs; fi
`;
}

const others = {
  command: ["(-)1:command: _command_names -e", "*::arguments: _normal"],
  files: ["*:file:_files"],
  unknown: [],
} as const;

function createCommandCase(command: CompletedCommand): string {
  const { name, flags, firstWords } = command;
  const first = firstWords.length === 0 ? [] : [`1:word:(${firstWords.join(" ")})`];
  const specs = [...flags.flatMap(formatSpecs), ...first, ...others[command.others]];
  return `    ${name}) _arguments -S ${specs.map(quoteForZsh).join(" ")} ;;\n`;
}

function formatSpecs({ names, description, value }: CompletedFlag): string[] {
  const action =
    value === undefined
      ? ""
      : `:value:${value === "files" ? "_files" : value === "unknown" ? "" : `(${value.join(" ")})`}`;
  return names.map((name) => `*${name}[${description.replace(/[[\]:\\]/g, "\\$&")}]${action}`);
}

function quoteForZsh(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
