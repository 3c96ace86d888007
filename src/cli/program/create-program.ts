import { type Argument, type Command, Help, InvalidArgumentError, Option } from "commander";
import { observeSilence, packageVersion } from "../../core/index.js";
import type { CommandEntry } from "../command-line/command-entry.js";
import { commands } from "./commands.js";
import { ignoreEmptyVariables } from "../command-line/flags.js";
import { requireConsistentFlags } from "../command-line/require-consistent-flags.js";
import { requireNoCredentials } from "../command-line/require-no-credentials.js";
import { UsageError } from "../errors/usage-error.js";
import { QuietCommand } from "./quiet-command.js";
import { setRunningCommand } from "../errors/running-command.js";
import { reportSilence } from "../terminal/report-silence.js";
import { getTerminalWidth } from "../terminal/terminal.js";

const about = `Saves the outputs of Azure Batch tasks in Azure Blob Storage, by job, task and kind.

In a Batch task, the job and the task are taken from the environment variables that Batch sets. An output has a kind
(TaskOutput, TaskPreview, TaskLog or TaskIntermediate; JobOutput or JobPreview for a job) and a path.`;

const further = `
Every flag can be set by an environment variable: --dry-run by AZURE_BATCH_OUTPUTS_DRY_RUN.
Run \`batch-outputs COMMAND --help\` for the arguments, flags and examples of a command.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not allowed, 5 some of many failed, 130 interrupted.`;

/** Creates the program with all commands. The file of a command is loaded when the command is chosen. */
export function createProgram(): Command {
  const helpWidth = getTerminalWidth(process.stdout) ?? 100;
  const program = new QuietCommand("batch-outputs")
    .description(joinParagraphs(about))
    .version(packageVersion, "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    // Flags after the program of `run` (`run -- CMD --flag`) are arguments of that program.
    .enablePositionalOptions()
    .showSuggestionAfterError(true)
    .exitOverride()
    .configureHelp({
      helpWidth,
      minWidthToWrap: 24,
      optionDescription: describeOption,
    })
    .configureOutput({
      outputError: (text, write) => {
        write(`batch-outputs: ${text.slice("error: ".length)}`);
      },
    })
    .addHelpText("after", new Help().boxWrap(further, helpWidth));
  for (const entry of commands) program.command(entry.name).summary(entry.summary).helpGroup(entry.group);
  program.hook("preSubcommand", async (_, command) => {
    const entry = commands.find(({ name }) => name === command.name());
    if (entry === undefined) return;
    await loadCommand(entry, command);
    if (entry.reportsOutages !== true) reportSilence();
    // A command that reports outages itself asks for the reason when it gives up.
    else observeSilence(() => undefined);
  });
  program.hook("preAction", async (_, command) => {
    requireConsistentFlags(command);
    requireNoCredentials(command);
    if (command.getOptionValue("containerUrlFile") === undefined) return;
    const { readPipedUrl } = await import("../store/open-store.js");
    await readPipedUrl(command);
  });
  return program;
}

/** Adds the arguments and flags to a command. */
export async function loadCommand(entry: CommandEntry, command: Command): Promise<void> {
  const configure = await entry.load();
  configure(command);
  command.description(joinParagraphs(command.description()));
  command.addHelpOption(new Option("-h, --help", "show help").helpGroup("Options:"));
  ignoreEmptyVariables(command);
  for (const option of command.options) hideRefusedValues(option, option.long ?? option.flags);
  for (const argument of command.registeredArguments) hideRefusedValues(argument, `<${argument.name()}>`);
  const words = {
    arguments: command.registeredArguments.map((argument) => argument.name()),
    flags: command.options.flatMap(({ long }) => long ?? []),
  };
  setRunningCommand(words, command);
}

/** Commander's own message for an invalid value repeats the value, which may be a credential. */
function hideRefusedValues(target: Option | Argument, name: string): void {
  const parse = target.parseArg;
  if (parse === undefined) return;
  target.argParser((value: string, previous: unknown) => {
    try {
      return parse.call(target, value, previous);
    } catch (error) {
      if (error instanceof InvalidArgumentError) throw new UsageError(`${name}: ${error.message}`);
      throw error;
    }
  });
}

/** Joins the lines of each paragraph: help is wrapped at the width of the terminal. */
function joinParagraphs(text: string): string {
  return text.replace(/([^\n])\n(?!\n)/g, "$1 ");
}

/** Describes a flag. Its environment variable is shown only if the name does not follow the rule. */
function describeOption(option: Option): string {
  const choices = option.argChoices ? [option.argChoices.join(", ")] : [];
  const initial =
    option.defaultValueDescription === undefined ? [] : [`default: ${option.defaultValueDescription}`];
  const isOwn = option.envVar === undefined || option.envVar.startsWith("AZURE_BATCH_OUTPUTS_");
  const notes = [...choices, ...initial, ...(isOwn ? [] : [`$${option.envVar ?? ""}`])];
  return notes.length === 0 ? option.description : `${option.description} (${notes.join("; ")})`;
}
