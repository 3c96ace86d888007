import type { CompletedCommand, CompletedFlag } from "./completed-commands.js";

/** The completion script for fish. */
export function createFishScript(all: readonly CompletedCommand[]): string {
  const names = all.map(({ name }) => name).join(" ");
  const lines = [
    ...all.map(({ name, summary }) => `-n __fish_use_subcommand -f -a ${name} -d ${quoteForFish(summary)}`),
    "-n __fish_use_subcommand -f -a help -d 'show help for a command'",
    "-n __fish_use_subcommand -f -l version -d 'print the version'",
    `-n '__fish_seen_subcommand_from help' -f -a ${quoteForFish(names)}`,
    ...all.flatMap(formatLines),
  ];
  return `# fish completion of batch-outputs: batch-outputs completion fish > ~/.config/fish/completions/batch-outputs.fish
${lines.map((line) => `complete -c batch-outputs ${line}\n`).join("")}`;
}

function formatLines({ name, flags, firstWords, others }: CompletedCommand): string[] {
  const seen = `__fish_seen_subcommand_from ${name}`;
  const words = firstWords.join(" ");
  return [
    ...flags.map((flag) => `-n ${quoteForFish(seen)} ${createFlagWords(flag)}`),
    ...(others === "unknown" ? [`-n ${quoteForFish(seen)} -f`] : []),
    ...(words === ""
      ? []
      : [
          `-n ${quoteForFish(`${seen}; and not __fish_seen_subcommand_from ${words}`)} -a ${quoteForFish(words)}`,
        ]),
  ];
}

function createFlagWords({ names, description, value }: CompletedFlag): string {
  const spellings = names.map((name) =>
    name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`,
  );
  const values =
    value === undefined
      ? []
      : value === "files"
        ? ["-r", "-F"]
        : value === "unknown"
          ? ["-x"]
          : ["-x", "-a", quoteForFish(value.join(" "))];
  return [...spellings, "-d", quoteForFish(description), ...values].join(" ");
}

/** In fish, a backslash escapes quotes and backslashes, also within quotes. */
function quoteForFish(text: string): string {
  return `'${text.replace(/['\\]/g, "\\$&")}'`;
}
