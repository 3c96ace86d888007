import { type ChildProcess, spawn } from "node:child_process";
import { constants as fileConstants } from "node:fs";
import { access, open, rm, stat } from "node:fs/promises";
import { constants as systemConstants } from "node:os";
import { delimiter, dirname, resolve } from "node:path";
import { createFolders, hasCode } from "../../../core/index.js";
import { splitCommandLine } from "./split-command-line.js";
import { RunFailure } from "../base/failures.js";
import {
  identify,
  killGroup,
  type ProcessIdentity,
  readExitStatus,
  type RunningGroup,
} from "./process-group.js";
import { isWindowsShell, windowsCommandReason } from "./windows-command.js";

/** A command, its folder and its environment. */
export interface Launch {
  readonly commandLine: string;
  /** The task's folder: `wd` in it exists, `stdout.txt` and `stderr.txt` are created. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly exitStatusPath: string;
}

/**
 * The program between the service and the command, one for each run. It is needed because only a parent gets the exit
 * status of a process, and a service that was killed and restarted is not the parent (docs/decisions/0007).
 *
 * It begins when it reads a line from standard input, so that a command runs only if it is recorded: if the service
 * ends before, standard input ends. Then it waits for the command, writes the status with one write, and ends all
 * processes that the command has left in the group, including itself. It writes no output; the output files are those
 * of the command.
 */
const supervisor = [
  "read -r batch_outputs_begin || exit",
  "trap : HUP INT QUIT TERM USR1 USR2",
  '(exec "$@" </dev/null 2>&3 3>&-)',
  'echo "$?" >"$0"',
  "kill -KILL 0",
].join("\n");

/** A started command that waits for `begin`. */
export interface Launched extends RunningGroup {
  /** Starts the command itself. */
  begin(): void;
}

/**
 * Creates a process group for a command, which waits for `begin`.
 * @throws RunFailure `CommandProgramNotFound`, `CommandLaunchFailed`
 */
export async function launch({
  commandLine,
  folder,
  environment,
  exitStatusPath,
}: Launch): Promise<Launched> {
  const cwd = resolve(folder, "wd");
  const words = splitCommandLine(commandLine);
  if (!words) throw new RunFailure("CommandLaunchFailed", { Message: "The quotes do not match" });
  const [program, ...args] = words;
  // The files are there, and empty, also if the program is not.
  await using stdout = await openOutput(resolve(folder, "stdout.txt"));
  await using stderr = await openOutput(resolve(folder, "stderr.txt"));
  const path = await findProgram(program, commandLine, cwd, environment["PATH"] ?? "");
  await rm(exitStatusPath, { force: true });
  await createFolders(dirname(exitStatusPath));
  const child = spawn("/bin/sh", ["-c", supervisor, exitStatusPath, path, ...args], {
    cwd,
    env: environment,
    detached: true,
    stdio: ["pipe", stdout.fd, "ignore", stderr.fd],
  });
  const ended = waitForExit(child, exitStatusPath);
  const identity = await readIdentity(child);
  return {
    identity,
    ended,
    begin: () => {
      child.stdin?.end("\n");
    },
  };
}

/**
 * Opens an output file in append mode, so that several processes of a task that open it do not overwrite each other's
 * lines.
 */
async function openOutput(path: string): Promise<{ fd: number } & AsyncDisposable> {
  const { O_WRONLY, O_CREAT, O_TRUNC, O_APPEND } = fileConstants;
  const file = await open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0o644);
  return { fd: file.fd, [Symbol.asyncDispose]: () => file.close() };
}

async function readIdentity(child: ChildProcess): Promise<ProcessIdentity> {
  if (child.pid !== undefined) return await identify(child.pid);
  const cause = await new Promise<Error>((failed) => child.once("error", failed));
  throw new RunFailure("CommandLaunchFailed", { Message: cause.message }, cause);
}

async function waitForExit(child: ChildProcess, exitStatusPath: string): Promise<number | undefined> {
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((ended) => {
    child.once("exit", (...how) => {
      ended(how);
    });
    child.once("error", () => {
      ended([null, null]);
    });
    // The process was killed while it waited to begin. Its exit event reports that.
    child.stdin?.once("error", () => undefined);
  });
  if (child.pid !== undefined) await killGroup(child.pid);
  return (
    (await readExitStatus(exitStatusPath)) ??
    (signal ? 128 + systemConstants.signals[signal] : (code ?? undefined))
  );
}

/**
 * Finds the program in the search path. It is started itself, not a built-in command of the shell with the same name.
 */
async function findProgram(
  program: string,
  commandLine: string,
  cwd: string,
  searchPath: string,
): Promise<string> {
  const candidates = program.includes("/")
    ? [resolve(cwd, program)]
    : searchPath.split(delimiter).map((folder) => resolve(cwd, folder, program));
  let refused: unknown;
  for (const candidate of candidates) {
    try {
      if (!(await stat(candidate)).isFile()) continue;
      await access(candidate, fileConstants.X_OK);
      return candidate;
    } catch (error) {
      if (hasCode(error, "EACCES")) refused = error;
    }
  }
  if (refused === undefined)
    throw new RunFailure("CommandProgramNotFound", {
      CommandLine: commandLine,
      Message: isWindowsShell(program) ? windowsCommandReason : `There is no program ${program}`,
    });
  throw new RunFailure("CommandLaunchFailed", { Message: `${program} may not be run` }, refused);
}
