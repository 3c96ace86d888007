import { type Argument, type Command, Help, InvalidArgumentError, Option } from "commander";
import { packageVersion } from "../../core/index.js";
import type { CommandEntry } from "../command-line/command-entry.js";
import { commands } from "./commands.js";
import { forgetEmptyVariables } from "../command-line/flags.js";
import { UsageError } from "../errors/usage-error.js";
import { QuietCommand } from "./quiet-command.js";
import { setRunningCommand } from "../errors/running-command.js";
import { widthOf } from "../terminal/terminal.js";

const about = `Keeps what Azure Batch tasks produce, in Azure Blob Storage: by job, task and kind.

Within a Batch task, job and task are known from Batch's variables. An output has a kind, such as TaskOutput,
TaskPreview, TaskLog or TaskIntermediate (of a job: JobOutput, JobPreview), and a path.`;

const further = `
Every flag has an environment variable: --dry-run is AZURE_BATCH_OUTPUTS_DRY_RUN.
\`batch-outputs COMMAND --help\` tells all about a command, with examples.

Exit status: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 not allowed, 5 some of many failed, 130 interrupted.`;

/** The whole command line. A command's own flags come with its file, when it is chosen. */
export function createProgram(): Command {
  const helpWidth = widthOf(process.stdout) ?? 100;
  const program = new QuietCommand("batch-outputs")
    .description(asParagraphs(about))
    .version(packageVersion, "--version", "print the version")
    .helpOption("-h, --help", "show help")
    .helpCommand(false)
    // Flags of a command that is started by ours (`run -- CMD --flag`) are none of ours.
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
    if (entry) await loadCommand(entry, command);
  });
  return program;
}

/** Gives a command its arguments and flags. */
export async function loadCommand(entry: CommandEntry, command: Command): Promise<void> {
  const configure = await entry.load();
  configure(command);
  command.description(asParagraphs(command.description()));
  command.addHelpOption(new Option("-h, --help", "show help").helpGroup("Options:"));
  forgetEmptyVariables(command);
  for (const option of command.options) hideRefusedValues(option, option.long ?? option.flags);
  for (const argument of command.registeredArguments) hideRefusedValues(argument, `<${argument.name()}>`);
  setRunningCommand({
    arguments: command.registeredArguments.map((argument) => argument.name()),
    flags: command.options.flatMap(({ long }) => long ?? []),
  });
}

/** Commander's own message for a value that cannot be parsed repeats the value, which may be a credential. */
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

/** Lines as they stand in the source are joined: the terminal's width says where they end. */
function asParagraphs(text: string): string {
  return text.replace(/([^\n])\n(?!\n)/g, "$1 ");
}

/** The rule for the variables' names is told once; only the exceptions are told with their flags. */
function describeOption(option: Option): string {
  const choices = option.argChoices ? [option.argChoices.join(", ")] : [];
  const initial =
    option.defaultValueDescription === undefined ? [] : [`by default ${option.defaultValueDescription}`];
  const isOwn = option.envVar === undefined || option.envVar.startsWith("AZURE_BATCH_OUTPUTS_");
  const notes = [...choices, ...initial, ...(isOwn ? [] : [`$${option.envVar ?? ""}`])];
  return notes.length === 0 ? option.description : `${option.description} (${notes.join("; ")})`;
}
