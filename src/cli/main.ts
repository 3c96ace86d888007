import { hasCode, isAbortError } from "../core/index.js";
import { ExitStatus } from "./errors/exit-status.js";
import { getLoadedCommand } from "./errors/running-command.js";
import { UsageError } from "./errors/usage-error.js";
import { watchEnd } from "./process/watch-end.js";
import { printVersion } from "./program/print-version.js";
import { interruptStatus } from "./terminal/interrupts.js";
import { OutputClosed, print, writeMessage, watchStreams } from "./terminal/terminal.js";

/** Runs a command line, and sets the process's exit status. */
export async function main(args: readonly string[]): Promise<void> {
  await watchEnd(run(args));
}

async function run(args: readonly string[]): Promise<void> {
  watchStreams();
  if (process.env["AZURE_LOG_LEVEL"]) (await import("./terminal/redact-sdk-logs.js")).redactSdkLogs();
  try {
    await runCommandLine(args);
    await print("");
  } catch (error) {
    process.exitCode = await reportFailure(error, args);
  }
}

async function runCommandLine(args: readonly string[]): Promise<void> {
  if (await printVersion(args)) return;
  const { createProgram } = await import("./program/create-program.js");
  const program = createProgram();
  // "help save" becomes "save --help", so that the file of the command is loaded.
  const line = args[0] === "help" ? [...args.slice(1, 2), "--help"] : args;
  if (line.length === 0) program.help({ error: true });
  await program.parseAsync(line, { from: "user" });
}

async function reportFailure(error: unknown, args: readonly string[]): Promise<number> {
  const command = args[0] === undefined || args[0].startsWith("-") ? "" : ` ${args[0]}`;
  if (error instanceof OutputClosed) return Number(process.exitCode ?? ExitStatus.done);
  const { CommanderError } = await import("commander");
  // Commander has printed the message.
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return ExitStatus.done;
    if (!error.code.startsWith("commander.help")) pointToHelp();
    return ExitStatus.usage;
  }
  const interrupted = interruptStatus();
  if (interrupted !== undefined && isAbortError(error)) return interrupted;
  // Loaded only after a failure, because most command lines do not fail.
  const [{ explain }, { exitStatusFor }] = await Promise.all([
    import("./errors/explain.js"),
    import("./errors/exit-status-for.js"),
  ]);
  writeMessage(explain(error), { text: `batch-outputs${command}:`, style: "red" });
  const suggestion = await suggest(error);
  if (suggestion !== "") writeMessage(suggestion);
  if (error instanceof UsageError) pointToHelp();
  return exitStatusFor(error);
}

/** Names the command only if it exists: what was typed in its place may be a credential. */
function pointToHelp(): void {
  const name = getLoadedCommand()?.name();
  writeMessage(`Run \`batch-outputs ${name === undefined ? "" : `${name} `}--help\` for help.`);
}

/** Returns similar names, if the job, task or kind does not exist. */
async function suggest(error: unknown): Promise<string> {
  const command = getLoadedCommand();
  if (command === undefined || !hasCode(error, "ContainerNotPrepared", "OutputNotFound")) return "";
  const { suggestForError } = await import("./suggestions/suggest.js");
  return await suggestForError(error, command);
}
