import type { Command } from "commander";
import type { JobOutputStorage } from "../../outputs/index.js";
import { formatCount, formatBytes, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addJobFlags,
  addTaskFilterFlag,
  createFlag,
  createJsonFlag,
} from "../command-line/flags.js";
import { UsageError } from "../errors/usage-error.js";
import { isStorageGone } from "../errors/is-storage-gone.js";
import { type Selection, selectOfJob } from "../selection/open-selection.js";
import { openAccount, openJob } from "../store/open-store.js";
import { Table } from "../terminal/table.js";
import {
  count,
  KindTallies,
  createTally,
  type Tally,
  tallyByTask,
  toTallyObject,
} from "../outputs/tallies.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Shows the number and size of the saved outputs of a job and all its tasks, or of some tasks, by kind, task or access tier; or of a
storage account, by job.

With --json, each object has the members jobId, kind, taskId or tier (omitted for the job itself), outputs, bytes and
lastModified (of the newest output).`;

type By = "kind" | "task" | "tier" | "job";

interface Row {
  readonly jobId: string | undefined;
  readonly name: string | undefined;
  readonly tally: Tally;
}

/** `batch-outputs usage`: shows the number and size of saved outputs. */
export function usage(command: Command): void {
  command
    .description(about)
    .addOption(
      createFlag("--by <what>", "how to group the outputs")
        .choices(["kind", "task", "tier", "job"])
        .default("kind", "kind"),
    )
    .addOption(createJsonFlag());
  addTaskFilterFlag(command);
  addJobFlags(command);
  addExamples(command, [
    ["A job's outputs by kind", "batch-outputs usage --job film-7"],
    [
      "The task with the most data",
      "batch-outputs usage --job film-7 --by task --json | jq -s 'max_by(.bytes)'",
    ],
    ["All jobs of the account", "batch-outputs usage --by job"],
  ]);
  command.action(async () => {
    const { by, json = false, task } = command.opts<{ by: By; json?: boolean; task?: readonly string[] }>();
    if (by === "job" && task !== undefined) throw new UsageError("--task cannot be used with --by job.");
    const lines = new JsonLines();
    const table = new Table<Row>([
      {
        title: by.toUpperCase(),
        value: ({ name }) => name ?? (by === "task" ? "(the job itself)" : "(not recorded)"),
        isShortenable: true,
      },
      { title: "OUTPUTS", value: ({ tally }) => String(tally.outputs), isFigure: true },
      { title: "SIZE", value: ({ tally }) => formatBytes(tally.bytes), isFigure: true },
      { title: "NEWEST", value: ({ tally }) => formatTime(tally.lastModified), omitOrder: 1 },
    ]);
    const total = createTally();
    for await (const row of rowsBy[by](command)) {
      total.outputs += row.tally.outputs;
      total.bytes += row.tally.bytes;
      if (!json) await table.write(row);
      else
        await lines.write({
          jobId: row.jobId,
          ...(by === "job" ? {} : { [nameIn[by]]: row.name }),
          ...toTallyObject(row.tally),
        });
    }
    await lines.flush();
    await table.flush();
    if (!json) writeMessage(`${formatCount(total.outputs, "output")}, ${formatBytes(total.bytes)} in all.`);
  });
}

const nameIn = { kind: "kind", task: "taskId", tier: "tier" } as const;

const rowsBy: Readonly<Record<By, (command: Command) => AsyncGenerator<Row>>> = {
  async *kind(command) {
    const selection = openSelected(command);
    const kinds = new KindTallies();
    for await (const output of selection.list()) kinds.count(output);
    for (const [name, tally] of kinds) yield { jobId: selection.job.jobId, name, tally };
  },
  async *task(command) {
    const selection = openSelected(command);
    for await (const { taskId, kinds } of tallyByTask(selection.list()))
      yield { jobId: selection.job.jobId, name: taskId, tally: kinds.total() };
  },
  async *tier(command) {
    const selection = openSelected(command);
    const tiers = new Map<string | undefined, Tally>();
    for await (const output of selection.list()) {
      const tally = tiers.get(output.accessTier) ?? createTally();
      tiers.set(output.accessTier, tally);
      count(tally, output);
    }
    for (const [name, tally] of tiers) yield { jobId: selection.job.jobId, name: name ?? "(none)", tally };
  },
  async *job(command) {
    for await (const { jobId, storage } of openAccount(command).listJobs({
      abortSignal: interruptSignal(),
    })) {
      const tally = await tallyUnlessGone(storage);
      if (tally !== undefined) yield { jobId, name: jobId, tally };
    }
  },
};

async function tallyUnlessGone(storage: JobOutputStorage): Promise<Tally | undefined> {
  const tally = createTally();
  try {
    for await (const output of storage.listAllOutputs({ abortSignal: interruptSignal() }))
      count(tally, output);
    return tally;
  } catch (error) {
    if (isStorageGone(error)) return undefined;
    throw error;
  }
}

function openSelected(command: Command): Selection {
  return selectOfJob(openJob(command), command.opts<{ task?: readonly string[] }>().task);
}
