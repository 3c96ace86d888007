import { Command } from "commander";
import type { CommandEntry } from "./command-entry.js";

/** What can be said after a command's name. */
export interface CompletedFlag {
  readonly short: string | undefined;
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** What a completion script knows of a command. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly CompletedFlag[];
  /** The first argument is an output kind. */
  readonly takesKind: boolean;
}

/** Kinds that everybody has. */
export const knownKinds = [
  "TaskOutput",
  "TaskPreview",
  "TaskLog",
  "TaskIntermediate",
  "JobOutput",
  "JobPreview",
] as const;

/** Every command with its flags, as their own files say. */
export async function completedCommands(commands: readonly CommandEntry[]): Promise<CompletedCommand[]> {
  return await Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const command = new Command(name);
      (await load())(command);
      const flags = command.options
        .filter(({ hidden }) => !hidden)
        .map((option) => ({
          short: option.short,
          long: option.long ?? "",
          description: option.description,
          takesValue: option.required || option.optional,
          choices: option.argChoices ?? [],
        }));
      const help = {
        short: "-h",
        long: "--help",
        description: "tell what can be said",
        takesValue: false,
        choices: [],
      };
      return {
        name,
        summary,
        flags: [...flags, help],
        takesKind: command.registeredArguments[0]?.name() === "kind",
      };
    }),
  );
}

type Scripts = Readonly<Record<"bash" | "zsh" | "fish", (commands: readonly CompletedCommand[]) => string>>;

const wordsOf = ({ flags }: CompletedCommand): string =>
  flags.flatMap(({ short, long }) => [...(short === undefined ? [] : [short]), long]).join(" ");

/** The completion script for a shell. */
export const completionScripts: Scripts = {
  bash: (all) => `# bash completion of batch-outputs: source <(batch-outputs completion bash)
_batch_outputs() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}" words="" kinds=""
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "${all.map(({ name }) => name).join(" ")} help --help --version" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}:$previous" in
${all.flatMap((command) => command.flags.filter(({ choices }) => choices.length > 0).map(({ long, choices }) => `    ${command.name}:${long}) COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$current")); return ;;`)).join("\n")}
    *:--kind | *:-k) COMPREPLY=($(compgen -W "${knownKinds.join(" ")}" -- "$current")); return ;;
    *:--outputs-file | *:-f) compopt -o default; return ;;
  esac
  case "\${COMP_WORDS[1]}" in
${all.map((command) => `    ${command.name}) words="${wordsOf(command)}"${command.takesKind ? ` kinds="${knownKinds.join(" ")}"` : ""} ;;`).join("\n")}
    help) words="${all.map(({ name }) => name).join(" ")}" ;;
  esac
  if [[ $current == -* || \${COMP_WORDS[1]} == help ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$current"))
  elif [[ -n $kinds ]] && ((COMP_CWORD == 2)); then
    COMPREPLY=($(compgen -W "$kinds" -- "$current"))
  else
    compopt -o default
  fi
}
complete -F _batch_outputs batch-outputs
`,
  zsh: (all) => `#compdef batch-outputs
# zsh completion of batch-outputs: put it as _batch-outputs into a folder of $fpath, or eval it after compinit
_batch-outputs() {
  local -a commands
  commands=(
${all.map(({ name, summary }) => `    ${quoted(`${name}:${summary}`)}`).join("\n")}
  )
  if ((CURRENT == 2)); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  ((CURRENT--))
  case $command in
${all.map((command) => `    ${command.name}) _arguments ${[...command.flags.map(zshFlag), command.takesKind ? quoted(`1:kind:(${knownKinds.join(" ")})`) : "", quoted("*:file:_files")].filter(Boolean).join(" ")} ;;`).join("\n")}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then _batch-outputs "$@"; else compdef _batch-outputs batch-outputs; fi
`,
  fish: (
    all,
  ) => `# fish completion of batch-outputs: batch-outputs completion fish > ~/.config/fish/completions/batch-outputs.fish
${all.map(({ name, summary }) => `complete -c batch-outputs -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary)}`).join("\n")}
${all.flatMap((command) => [...command.flags.map((given) => fishFlag(command.name, given)), ...(command.takesKind ? [`complete -c batch-outputs -n '__fish_seen_subcommand_from ${command.name}; and test (count (commandline -opc)) -eq 2' -f -a '${knownKinds.join(" ")}'`] : [])]).join("\n")}
`,
};

function zshFlag({ short, long, description, takesValue, choices }: CompletedFlag): string {
  const text = `[${description.replace(/[[\]:]/g, "\\$&")}]`;
  const value = takesValue
    ? `:value:${choices.length > 0 ? `(${choices.join(" ")})` : long === "--outputs-file" ? "_files" : ""}`
    : "";
  return [short, long]
    .flatMap((name) => (name === undefined ? [] : [quoted(`*${name}${text}${value}`)]))
    .join(" ");
}

function fishFlag(name: string, { short, long, description, takesValue, choices }: CompletedFlag): string {
  const words = [
    ...(short === undefined ? [] : ["-s", short.slice(1)]),
    ...["-l", long.slice(2), "-d", quoted(description)],
    ...(takesValue ? ["-r"] : []),
    ...(choices.length > 0 ? ["-f", "-a", quoted(choices.join(" "))] : []),
  ];
  return `complete -c batch-outputs -n '__fish_seen_subcommand_from ${name}' ${words.join(" ")}`;
}

/** For any of the three shells. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
