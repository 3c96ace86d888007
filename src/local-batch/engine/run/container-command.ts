import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { promisify } from "node:util";
import type { GivenCommand, GivenContainerSettings } from "../../api/command-shapes.js";
import type { EngineContext } from "../base/engine-context.js";
import { RunFailure } from "../base/failures.js";
import type { NodeAddress } from "../base/node-folders.js";
import { splitCommandLine } from "./split-command-line.js";

const execute = promisify(execFile);

/** A command to be run in a container. */
export interface ContainerRun {
  readonly commandLine: string;
  readonly settings: GivenContainerSettings;
  readonly node: NodeAddress;
  /** The run's own folder, with `wd` in it. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The command line that runs it in a container, and the clean-up of a container that a killed command may leave. */
export interface ContainerCommand {
  readonly commandLine: string;
  readonly cleanUp: () => Promise<void>;
}

/** Variables of this machine that have no meaning in a container. */
const machineVariables: ReadonlySet<string> = new Set(["PATH", "HOME", "LANG", "TMPDIR"]);

/**
 * Creates the command line that runs a task in a container with podman or docker, depending on which works: the node's
 * folder has the same path in it, and files that it writes belong to the user of the service.
 *
 * @throws RunFailure `ContainerPoolNotSupported` if neither is installed and running; `CommandLaunchFailed`.
 */
export async function createContainerCommand(
  { folders, options }: EngineContext,
  { commandLine, settings, node, folder, environment }: ContainerRun,
): Promise<ContainerCommand> {
  if (options.containerTasks === "host") return { commandLine, cleanUp: () => Promise.resolve() };
  const words = splitCommandLine(commandLine);
  const extra =
    settings.containerRunOptions === undefined ? [] : splitCommandLine(settings.containerRunOptions);
  if (!words || !extra) throw new RunFailure("CommandLaunchFailed", { Message: "The quotes do not match" });
  const runtime = await findRuntime();
  if (runtime === undefined)
    throw new RunFailure("ContainerPoolNotSupported", {
      Message:
        "Neither podman nor docker runs on this machine. Start one, or let container tasks run on the host.",
    });
  const name = `batch-task-${randomUUID()}`;
  const root = folders.root(node);
  const variables = Object.keys(environment).filter((variable) => !machineVariables.has(variable));
  const user = process.getuid && process.getgid ? ["--user", `${process.getuid()}:${process.getgid()}`] : [];
  const inWorkingDirectory = settings.workingDirectory !== "containerImageDefault";
  return {
    commandLine: [
      runtime,
      ...["run", "--rm", "--init", "--name", name, "--volume", `${root}:${root}`, ...user],
      ...(inWorkingDirectory ? ["--workdir", join(folder, "wd")] : []),
      ...variables.flatMap((variable) => ["--env", variable]),
      ...extra,
      settings.imageName,
      ...words,
    ]
      .map(quoteWord)
      .join(" "),
    cleanUp: () => removeContainer(runtime, name),
  };
}

/** Finds the first runtime that works. */
async function findRuntime(): Promise<string | undefined> {
  for (const runtime of ["podman", "docker"]) {
    if (await succeeds(runtime, "info")) return runtime;
  }
  return undefined;
}

async function succeeds(program: string, ...args: readonly string[]): Promise<boolean> {
  return await execute(program, args, { timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}

/** Removes a container. If it has ended, it is already removed, which is not an error. */
async function removeContainer(runtime: string, name: string): Promise<void> {
  await succeeds(runtime, "rm", "--force", name);
}

/** Quotes a word for {@link splitCommandLine}. */
export function quoteWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** Wraps a command that has container settings, so that it runs in a container. */
export function createContainerWrap(
  context: EngineContext,
  {
    given,
    node,
    folder,
  }: { readonly given: GivenCommand; readonly node: NodeAddress; readonly folder: string },
): { readonly wrap?: (environment: Readonly<Record<string, string>>) => Promise<ContainerCommand> } {
  const { containerSettings: settings, commandLine } = given;
  if (!settings) return {};
  return {
    wrap: (environment) =>
      createContainerCommand(context, { commandLine, settings, node, folder, environment }),
  };
}
