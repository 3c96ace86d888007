import { type Command, InvalidArgumentError } from "commander";
import { formatExitCode, type KnownTask, readTasks } from "../../diagnosis/index.js";
import { describeStorage } from "../outputs/describe.js";
import { formatBytes, formatCount, formatDuration, formatInteger, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addJobFlags,
  addTaskFilterFlag,
  collectValues,
  createFlag,
  createJsonFlag,
} from "../command-line/flags.js";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import { openJob } from "../store/open-store.js";
import { selectOfJob } from "../selection/open-selection.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { type Column, Table } from "../terminal/table.js";
import { collectTallies, createTally, KindTallies, type Tally, toTallyObject } from "../outputs/tallies.js";
import { getDurationInMs, createOutcomeObject, describeUnsaved } from "../outputs/outcomes.js";
import { writeMessage } from "../terminal/terminal.js";
import { withBatchIfReachable } from "../why/with-batch-if-reachable.js";

const about = `Lists the tasks of a job that have saved outputs, with the number and size of their outputs of each kind, and how they ended: result,
exit code and duration, as \`run\` recorded them. If AZURE_BATCH_ENDPOINT is set, the outcomes are also read from the Batch service, and tasks that have saved
nothing are listed as well. A task whose command ended with 0, but whose outputs were not all saved, failed, unless --on-save-failure is warn.

With --json, each object is one task, with the members jobId, taskId, outputs, bytes, lastModified and kinds, which has
outputs, bytes and lastModified for each kind; and, if a record or the Batch service contains them, with result (succeeded, failed, running,
waiting or unknown), exitCode, signal, failure, saveFailures, startedAt, endedAt, nodeId, attempts and isRecovered.`;

interface TasksFlags {
  readonly task?: readonly string[];
  readonly result?: readonly string[];
  readonly failed?: boolean;
  readonly job?: string;
  readonly json?: boolean;
}

interface Row {
  readonly task: Pick<KnownTask<KindTallies>, "taskId" | "outcome">;
  readonly kind: string;
  readonly tally: Tally;
}

/** How many tasks are named whose outputs were not saved. */
const maxUnsaved = 5;

const knownResults = new Set(["succeeded", "failed", "running", "waiting", "unknown"]);

/** Collects results. An unknown word is an error, because otherwise no task would match it. */
function parseResults(value: string, before: readonly string[] | undefined): string[] {
  if (knownResults.has(value)) return collectValues(value, before);
  throw new InvalidArgumentError(`It must be ${[...knownResults].join(", ").replace(/, (?=\w+$)/, " or ")}.`);
}

/** `batch-outputs tasks`: lists a job's tasks with their outputs and outcomes. */
export function tasks(command: Command): void {
  command
    .description(about)
    .addOption(
      createFlag(
        "--result <what>",
        "only tasks with this result: succeeded, failed, running, waiting or unknown; can be repeated",
      ).argParser(parseResults),
    )
    .addOption(createFlag("--failed", "only tasks that failed, as --result failed"))
    .addOption(createJsonFlag());
  addBatchAccountFlags(command);
  addTaskFilterFlag(command);
  addJobFlags(command);
  addExamples(command, [
    ["The tasks of a job", "batch-outputs tasks --job film-7"],
    ["Those that failed", "batch-outputs tasks --failed --job film-7"],
    [
      "Tasks without TaskOutput",
      "batch-outputs tasks --job film-7 --json | jq -r 'select(.kinds.TaskOutput == null) | .taskId'",
    ],
  ]);
  command.action(async () => {
    await run(command);
  });
}

async function run(command: Command): Promise<void> {
  const flags = command.opts<TasksFlags>();
  const { json = false, failed = false } = flags;
  const results = failed ? [...(flags.result ?? []), "failed"] : flags.result;
  const job = openJob(command);
  const abortSignal = interruptSignal();
  const reading = await withBatchIfReachable(command, (batch) =>
    readTasks(job, collectTallies, { batch, jobId: job.jobId ?? flags.job, abortSignal }),
  );
  const hasOutcomes = reading.hasRecords || reading.batch === "asked";
  const isTask = createTaskFilter(flags.task);
  const lines = new JsonLines();
  const table = new Table<Row>([taskColumn, ...(hasOutcomes ? outcomeColumns : []), ...columns]);
  let count = 0;
  const unsaved: string[] = [];
  let unsavedCount = 0;
  for await (const { taskId, outcome, saved: kinds = new KindTallies() } of reading.tasks) {
    const task = { taskId, outcome };
    if (!isTask(taskId) || results?.includes(outcome?.result ?? "unknown") === false) continue;
    count += 1;
    const notSaved = outcome && describeUnsaved(outcome);
    if (notSaved !== undefined) {
      unsavedCount += 1;
      if (unsaved.length < maxUnsaved) unsaved.push(notSaved);
    }
    if (json) {
      const byKind = Object.fromEntries([...kinds].map(([kind, tally]) => [kind, toTallyObject(tally)]));
      const saved = { ...toTallyObject(kinds.total()), kinds: byKind };
      await lines.write({ jobId: job.jobId, taskId, ...createOutcomeObject(outcome), ...saved });
      continue;
    }
    for (const [kind, tally] of kinds) await table.write({ task, kind, tally });
    if (kinds.size === 0) await table.write({ task, kind: "", tally: createTally() });
  }
  await lines.flush();
  await table.flush();
  if (json) return;
  for (const sentence of unsaved) writeMessage(sentence);
  const more = unsavedCount - unsaved.length;
  if (more > 0)
    writeMessage(
      `Outputs of ${formatCount(more, "other task")} were not saved either: --json has the reasons.`,
    );
  if (count > 0) return;
  const selection = selectOfJob(job, flags.task);
  writeMessage(
    flags.task === undefined && results === undefined
      ? `No task of ${describeStorage(job)} has saved outputs.`
      : `No such task of ${describeStorage(job)}.`,
  );
  await reportNothingFound(selection, undefined);
}

const taskColumn: Column<Row> = { title: "TASK", value: ({ task }) => task.taskId, isShortenable: true };

const outcomeColumns: readonly Column<Row>[] = [
  { title: "RESULT", value: ({ task }) => task.outcome?.result ?? "unknown" },
  {
    title: "EXIT",
    value: ({ task }) => {
      const { exitCode, failure, saveFailures: { count = 0 } = {} } = task.outcome?.last ?? {};
      const exit = exitCode === undefined ? (failure?.code ?? "") : formatExitCode(exitCode);
      return count === 0 ? exit : `${exit}, ${formatInteger(count)} not saved`;
    },
    isFigure: true,
  },
  {
    title: "DURATION",
    value: ({ task }) => {
      const duration = getDurationInMs(task.outcome);
      return duration === undefined ? "" : formatDuration(duration / 1000);
    },
    isFigure: true,
    omitOrder: 2,
  },
];

const columns: readonly Column<Row>[] = [
  { title: "KIND", value: ({ kind }) => kind },
  { title: "OUTPUTS", value: ({ tally }) => String(tally.outputs), isFigure: true },
  { title: "SIZE", value: ({ tally }) => formatBytes(tally.bytes), isFigure: true },
  { title: "LAST MODIFIED", value: ({ tally }) => formatTime(tally.lastModified), omitOrder: 1 },
];
