import type { Command } from "commander";
import { explainFailures, type FailureGroup, type FailureReport } from "../../diagnosis/index.js";
import {
  addExamples,
  addJobFlags,
  addProgressFlags,
  addTaskFilterFlag,
  createConcurrencyFlag,
  createFlag,
  createJsonFlag,
  type ProgressFlags,
  parseWholeNumber,
} from "../command-line/flags.js";
import { ExitStatus } from "../errors/exit-status.js";
import { describeStorage } from "../outputs/describe.js";
import { addBatchAccountFlags } from "../store/open-batch-account.js";
import { openJob } from "../store/open-store.js";
import { type Selection, selectOfJob } from "../selection/open-selection.js";
import { createTaskFilter } from "../selection/task-filter.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { makeLinePrintable, makePrintable } from "../terminal/printable.js";
import { hasStatusLine, writeMessage, showStatus, applyStyle } from "../terminal/terminal.js";
import {
  describeCounts,
  describeExit,
  describeMissingError,
  describeShare,
  describeSources,
  describeTimeAndNodes,
} from "../why/describe-failures.js";
import { withBatchIfReachable } from "../why/with-batch-if-reachable.js";

const about = `Shows why tasks of a job failed: the failed tasks grouped by exit code and by the error that their logs name, the most frequent
cause first. Numbers, times, identifiers, paths and addresses in an error do not count as differences. For each cause it shows the number of
tasks, times, nodes, the lines of an example, and the command that lists all of its tasks.

Exit codes are read from the records of \`run\` and, if AZURE_BATCH_ENDPOINT is set, from the Batch service. A Batch account is not
required, and the Batch job may be deleted. A task whose command succeeded failed if outputs were not saved. With a Batch account, it also works for a job that saved nothing. Only the last 64 KiB of a log are read.

With --json, each object is one cause, with the members id, exitCode, signal, code, explanation, error, pattern, saveFailures, count,
share, withoutLogsCount, archivedCount, firstAt, lastAt, nodes, concentratedOn, example and taskIds; the last object has the member summary.`;

interface WhyFlags extends ProgressFlags {
  readonly task?: readonly string[];
  readonly group?: string;
  readonly limit?: number;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** `batch-outputs why`: shows why tasks failed. */
export function why(command: Command): void {
  command
    .description(about)
    .addOption(createFlag("-g, --group <id>", "list the tasks of this cause, an ID per line"))
    .addOption(
      createFlag(
        "--limit <n>",
        "maximum number of failed tasks whose logs are read, the newest first (default: 10000)",
      ).argParser(parseWholeNumber),
    )
    .addOption(createConcurrencyFlag("logs"))
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addBatchAccountFlags(command);
  addTaskFilterFlag(command);
  addJobFlags(command);
  addExamples(command, [
    ["Why tasks of a job failed", "batch-outputs why --job film-7"],
    ["All tasks that failed for one of the reasons", "batch-outputs why --job film-7 --group 1f0c2a9b"],
    ["The causes and their counts", "batch-outputs why --job film-7 --json | jq -c '[.count, .error]'"],
  ]);
  command.action(async () => {
    process.exitCode = await run(command);
  });
}

async function run(command: Command): Promise<number> {
  const flags = command.opts<WhyFlags>();
  const report = await readReport(command, flags);
  if (flags.group !== undefined) return await printTasks(report, flags.group, flags.json ?? false);
  if (flags.json) await printJson(report);
  else await printReport(report, selectOfJob(openJob(command), flags.task));
  return ExitStatus.done;
}

async function readReport(command: Command, flags: WhyFlags): Promise<FailureReport> {
  const job = openJob(command);
  const { job: jobId } = command.opts<{ job?: string }>();
  const isBar = flags.progress && hasStatusLine();
  try {
    return await withBatchIfReachable(command, (batch) =>
      explainFailures(job, {
        ...{ batch, jobId, abortSignal: interruptSignal() },
        ...{ maxFailures: flags.limit, concurrency: flags.concurrency },
        isWanted: createTaskFilter(flags.task),
        onProgress: ({ readTasks, tasks }) => {
          if (isBar) showStatus(`Reading logs of failed tasks: ${readTasks} of ${tasks}`);
        },
      }),
    );
  } finally {
    if (isBar) showStatus("");
  }
}

async function printTasks({ groups }: FailureReport, id: string, isJson: boolean): Promise<number> {
  const found = groups.filter((group) => group.id.startsWith(id));
  const [group, ...others] = found;
  if (group === undefined || others.length > 0 || id === "") {
    writeMessage(
      group === undefined
        ? "No failure has this cause. `batch-outputs why` lists the causes."
        : "Several causes begin so. Use more characters of the ID.",
    );
    return group === undefined ? ExitStatus.notFound : ExitStatus.usage;
  }
  const lines = new JsonLines();
  for (const taskId of group.taskIds)
    await (isJson ? lines.write({ taskId, group: group.id }) : lines.text(makePrintable(taskId)));
  await lines.flush();
  return ExitStatus.done;
}

async function printJson({ groups, counts, jobId, ...report }: FailureReport): Promise<void> {
  const lines = new JsonLines();
  for (const group of groups) await lines.write({ jobId, ...group });
  const { hasRecords, batch, hasContainer, recoveredTaskIds } = report;
  const { unreadCount, withoutLogsCount, unreadableCount, archivedCount } = report;
  const unread = { unreadCount, withoutLogsCount, unreadableCount, archivedCount };
  const sources = { hasRecords, batch, hasContainer, ...unread };
  await lines.write({ jobId, summary: { ...counts, ...sources, recoveredTaskIds } });
  await lines.flush();
}

async function printReport(report: FailureReport, selection: Selection): Promise<void> {
  const lines = new JsonLines();
  for (const [index, group] of report.groups.entries()) await printGroup(lines, index + 1, group, report);
  await lines.flush();
  if (report.counts.tasks === 0 && selection.tasks.length > 0) {
    writeMessage(`No such task of ${describeStorage(selection.job)}.`);
    await reportNothingFound(selection, undefined);
    return;
  }
  writeMessage(describeCounts(report, describeStorage(selection.job)));
  for (const sentence of describeSources(report)) writeMessage(sentence);
}

async function printGroup(
  lines: JsonLines,
  number: number,
  group: FailureGroup,
  report: FailureReport,
): Promise<void> {
  const { counts, jobId } = report;
  const { error, explanation, example, id } = group;
  const title = `${number}. ${describeShare(group, counts.failed)}: ${describeExit(group)}`;
  await lines.text(applyStyle(process.stdout, "bold", makePrintable(title)));
  const details = [error, explanation, describeMissingError(group, report), describeTimeAndNodes(group)];
  for (const detail of details)
    if (detail !== undefined && detail !== "") await lines.text(`   ${makePrintable(detail)}`);
  if (example !== undefined) {
    const { kind, path, taskId } = example;
    const log = path === undefined ? "" : `, ${kind ?? ""} ${path}`;
    const end = example.lines.length === 0 ? "" : ":";
    await lines.text(`   For example ${makePrintable(`${taskId}${log}`)}${end}`);
    for (const line of example.lines)
      await lines.text(applyStyle(process.stdout, "dim", `   | ${makeLinePrintable(line)}`));
  }
  const job = jobId === undefined ? "" : ` --job ${jobId}`;
  await lines.text(`   Its tasks: batch-outputs why${job} --group ${id}`);
  await lines.text("");
}
