import type { Command } from "commander";
import { removeCredentials } from "../../core/index.js";
import {
  type OutputFile,
  outputFile,
  type OutputFileUploadCondition,
  taskOutputFiles,
} from "../../batch/index.js";
import { ExitStatus } from "../errors/exit-status.js";
import { UsageError } from "../errors/usage-error.js";
import { withArgumentNames } from "../errors/with-argument-names.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addTaskFlags,
  parseDurationFlag,
  createFlag,
  createJsonFlag,
  type TaskFlags,
} from "../command-line/flags.js";
import {
  type OutputsFile,
  type OutputsFileEntry,
  readOutputsFile,
  type SaveCondition,
} from "../saving/read-outputs-file.js";
import { openAccount, openJob, requireJob } from "../store/open-store.js";
import { warnAboutKinds } from "../saving/warn-about-kinds.js";
import { print, writeMessage } from "../terminal/terminal.js";

const about = `Prints the outputFiles of a Batch task, as a JSON array or, with --json, one object per line, so that Batch itself saves
the outputs that an outputs file declares. \`save\` and \`run\` read the same file.

Batch needs a managed identity of the pool (--identity), or a SAS in the container URL (--with-sas), which is then
printed and is a secret. Patterns are those of Batch (*, **, ?, [...]), relative to the working directory of the task;
{a,b} and exclude are not supported. Tracked files are omitted.`;

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
      createFlag(
        "-f, --outputs-file <file>",
        "YAML or JSON file that declares the outputs",
      ).makeOptionMandatory(),
    )
    .addOption(createFlag("--identity <resource-id>", "managed identity of the pool"))
    .addOption(createFlag("--with-sas", "print the container URL with a SAS"))
    .addOption(
      createFlag("--logs", "also save the standard output and standard error of the task, as TaskLog"),
    )
    .addOption(
      createFlag("--lifetime <duration>", "lifetime of the SAS, including the time in the queue")
        .argParser(parseDurationFlag)
        .default(7 * 24 * 3_600_000, "7d"),
    )
    .addOption(createJsonFlag());
  addTaskFlags(command);
  addExamples(command, [
    [
      "For a pool with an identity",
      "batch-outputs output-files -f outputs.yaml --job film-7 --task frame-12 --identity /subscriptions/.../film-identity",
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
    throw new UsageError("Specify either --identity or --with-sas.");
  }
  const file = await readOutputsFile(flags.outputsFile);
  const task = flags.task === false ? undefined : flags.task;
  if (task === undefined && file.outputs.some(({ jobOutput }) => !jobOutput)) {
    throw new UsageError("Specify --task; it is required unless all entries have jobOutput: true.");
  }
  const containerUrl = flags.withSas
    ? await addSas(command, flags.lifetime)
    : removeCredentials(openJob(command).storeContainer.url);
  warnAboutKinds(file.outputs.map(({ kind }) => kind));
  const specs = [
    ...logSpecifications(flags.logs ?? false, containerUrl, task, flags.identity),
    ...createSpecifications(file, containerUrl, task, flags.identity),
  ];
  if (file.tracked.length > 0)
    writeMessage("Tracked files are omitted. Use `batch-outputs run` or `track` for them.");
  if (flags.json) {
    const lines = new JsonLines();
    for (const spec of specs) await lines.write(spec);
    await lines.flush();
  } else await print(`${JSON.stringify(specs, undefined, 2)}\n`);
  return ExitStatus.done;
}

async function addSas(command: Command, lifetimeInMs: number): Promise<string> {
  const given = openJob(command).storeContainer.url;
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
  if (taskId === undefined) throw new UsageError("--logs requires --task.");
  return taskOutputFiles({ containerUrl, taskId, identityReference: readIdentity(identity) });
}

function readIdentity(resourceId: string | undefined): { resourceId: string } | undefined {
  return resourceId === undefined ? undefined : { resourceId };
}

const conditions = { success: "tasksuccess", failure: "taskfailure", always: "taskcompletion" } as const;

function createSpecifications(
  file: OutputsFile,
  containerUrl: string,
  taskId: string | undefined,
  identity: string | undefined,
): OutputFile[] {
  return file.outputs.flatMap((entry) =>
    entry.files.map((pattern) => {
      requireSupported(entry, pattern);
      const { kind, jobOutput, when, destination } = entry;
      const names = { pattern: `the pattern ${JSON.stringify(pattern)}`, kind: "an entry's kind" };
      return withArgumentNames(names, () =>
        outputFile({
          containerUrl,
          pattern,
          kind,
          taskId: jobOutput ? undefined : taskId,
          path: createPath(pattern, destination),
          uploadCondition: requireCondition(when, kind),
          identityReference: readIdentity(identity),
          uploadHeaders: createHeaders(entry),
        }),
      );
    }),
  );
}

function requireCondition(when: SaveCondition, kind: string): OutputFileUploadCondition {
  if (when === "preempt")
    throw new UsageError(
      `Batch does not upload files when a node is preempted, which "when: preempt" of the entry of kind ${kind} requires. Use batch-outputs run.`,
    );
  return conditions[when];
}

function requireSupported({ exclude, kind }: OutputsFileEntry, pattern: string): void {
  if (exclude.length > 0)
    throw new UsageError(`Batch does not support "exclude", which the entry of kind ${kind} has.`);
  if (/[{}]/.test(pattern))
    throw new UsageError(
      `Batch does not support {a,b} in patterns: replace ${JSON.stringify(pattern)} by several patterns.`,
    );
}

/** A destination is a folder, but for a pattern without wildcards Batch expects the path of the file. */
function createPath(pattern: string, destination: string | undefined): string | undefined {
  if (destination === undefined) return undefined;
  const folder = destination.replace(/\/$/, "");
  if (/[*?[]/.test(pattern)) return folder;
  return `${folder}/${pattern.replaceAll("\\", "/").replace(/^(?:\.\.\/)+/, "")}`;
}

function createHeaders({ contentType, metadata = {} }: OutputsFileEntry): { name: string; value: string }[] {
  return [
    ...(contentType === undefined ? [] : [{ name: "x-ms-blob-content-type", value: contentType }]),
    ...Object.entries(metadata).map(([name, value]) => ({ name: `x-ms-meta-${name}`, value })),
  ];
}
