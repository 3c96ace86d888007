import type { Command } from "commander";
import { redactUrl } from "../../core/index.js";
import { type OutputFile, outputFile, taskOutputFiles } from "../../batch/index.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { withArgumentNames } from "../errors/with-argument-names.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addTaskFlags,
  duration,
  flag,
  jsonFlag,
  type TaskFlags,
} from "../command-line/flags.js";
import { type OutputsFile, type OutputsFileEntry, readOutputsFile } from "../saving/read-outputs-file.js";
import { openAccount, openJob, requireJob } from "../store/open-store.js";
import { print, say } from "../terminal/terminal.js";

const about = `Prints what Batch itself has to be told to save a task's outputs by the conventions: the task's outputFiles, from
the same file that \`save\` and \`run\` read, as a JSON array (with --json, one object a line).

Batch needs leave to write: a managed identity of the pool (--identity), or a SAS in the container's URL (--with-sas),
which is then printed, and is a secret. Patterns are Batch's (*, **, ?, [...]), relative to the task's working directory;
it knows no {a,b} and no exclude. Files that are tracked are left out: they are live in the store already.`;

interface OutputFilesFlags extends TaskFlags {
  readonly outputsFile: string;
  readonly identity?: string;
  readonly withSas?: boolean;
  readonly logs?: boolean;
  readonly lifetime: number;
  readonly json?: boolean;
}

/** `batch-outputs output-files`: prints OutputFile specifications. */
export function outputFiles(command: Command): void {
  command
    .description(about)
    .addOption(
      flag("-f, --outputs-file <file>", "what the task keeps, as YAML or JSON").makeOptionMandatory(),
    )
    .addOption(flag("--identity <resource-id>", "the pool's managed identity that the node signs in with"))
    .addOption(flag("--with-sas", "print the container's URL with its SAS, or with one made for it"))
    .addOption(flag("--logs", "also what the task's command writes to standard output and error, as TaskLog"))
    .addOption(
      flag("--lifetime <duration>", "of a SAS that is made; count the time in the queue")
        .argParser(duration)
        .default(7 * 24 * 3_600_000, "7d"),
    )
    .addOption(jsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    [
      "For a pool with an identity",
      "batch-outputs output-files -f outputs.yaml --job film-7 --task frame-12 --identity /subscriptions/…/film-identity",
    ],
    [
      "With a SAS of two days",
      "batch-outputs output-files -f outputs.yaml --job film-7 --task frame-12 --with-sas --lifetime 2d",
    ],
  ]);
  command.action(async () => {
    process.exitCode = await run(command);
  });
}

async function run(command: Command): Promise<number> {
  const flags = command.opts<OutputFilesFlags>();
  if ((flags.identity === undefined) === !flags.withSas) {
    throw new UsageError("How does the node sign in? Say either --identity or --with-sas.");
  }
  const file = await readOutputsFile(flags.outputsFile);
  const task = flags.task === false ? undefined : flags.task;
  if (task === undefined && file.outputs.some(({ jobOutput }) => !jobOutput)) {
    throw new UsageError("Which task? Say --task ID; only entries with jobOutput: true go without.");
  }
  const containerUrl = flags.withSas
    ? await urlWithSas(command, flags.lifetime)
    : redactUrl(openJob(command).containerClient.url);
  const specs = [
    ...logSpecifications(flags.logs ?? false, containerUrl, task, flags.identity),
    ...specifications(file, containerUrl, task, flags.identity),
  ];
  if (file.tracked.length > 0) say("Tracked files are left out: `batch-outputs run` or `track` keeps them.");
  if (flags.json) {
    const lines = new JsonLines();
    for (const spec of specs) await lines.write(spec);
    await lines.flush();
  } else await print(`${JSON.stringify(specs, undefined, 2)}\n`);
  return ExitStatus.done;
}

async function urlWithSas(command: Command, lifetimeInMs: number): Promise<string> {
  const given = openJob(command).containerClient.url;
  if (/[?&]sig=/.test(given)) return given;
  return await openAccount(command).getOutputStorageContainerUrl(requireJob(command), {
    lifetimeInMs,
    permissions: "racw",
    abortSignal: interruptSignal(),
  });
}

function logSpecifications(
  isAskedFor: boolean,
  containerUrl: string,
  taskId: string | undefined,
  identity: string | undefined,
): OutputFile[] {
  if (!isAskedFor) return [];
  if (taskId === undefined) throw new UsageError("Whose logs? Say --task ID; a job has none.");
  return taskOutputFiles({ containerUrl, taskId, identityReference: identityOf(identity) });
}

function identityOf(resourceId: string | undefined): { resourceId: string } | undefined {
  return resourceId === undefined ? undefined : { resourceId };
}

const conditions = { success: "tasksuccess", failure: "taskfailure", always: "taskcompletion" } as const;

function specifications(
  file: OutputsFile,
  containerUrl: string,
  taskId: string | undefined,
  identity: string | undefined,
): OutputFile[] {
  return file.outputs.flatMap((entry) =>
    entry.files.map((pattern) => {
      refuseUnsayable(entry, pattern);
      const { kind, jobOutput, when, destination } = entry;
      const names = { pattern: `the pattern ${JSON.stringify(pattern)}`, kind: "an entry's kind" };
      return withArgumentNames(names, () =>
        outputFile({
          containerUrl,
          pattern,
          kind,
          taskId: jobOutput ? undefined : taskId,
          path: pathOf(pattern, destination),
          uploadCondition: conditions[when],
          identityReference: identityOf(identity),
          uploadHeaders: headersOf(entry),
        }),
      );
    }),
  );
}

function refuseUnsayable({ exclude, kind }: OutputsFileEntry, pattern: string): void {
  if (exclude.length > 0)
    throw new UsageError(
      `Batch's OutputFile cannot leave files out: the entry of kind ${kind} has "exclude".`,
    );
  if (/[{}]/.test(pattern))
    throw new UsageError(`Batch knows no {a,b} in patterns: write ${JSON.stringify(pattern)} as several.`);
}

/** The entry's destination is a folder; of a pattern without wildcards Batch wants the whole name. */
function pathOf(pattern: string, destination: string | undefined): string | undefined {
  if (destination === undefined) return undefined;
  const folder = destination.replace(/\/$/, "");
  if (/[*?[]/.test(pattern)) return folder;
  return `${folder}/${pattern.replaceAll("\\", "/").replace(/^(?:\.\.\/)+/, "")}`;
}

function headersOf({ contentType, metadata = {} }: OutputsFileEntry): { name: string; value: string }[] {
  return [
    ...(contentType === undefined ? [] : [{ name: "x-ms-blob-content-type", value: contentType }]),
    ...Object.entries(metadata).map(([name, value]) => ({ name: `x-ms-meta-${name}`, value })),
  ];
}
