import type { Command } from "commander";
import { describeStorage } from "../outputs/describe.js";
import { formatBytes, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { addExamples, addJobFlags, jsonFlag } from "../command-line/flags.js";
import { openJob } from "../store/open-store.js";
import { Table } from "../terminal/table.js";
import { type Tally, tallyByTask, tallyObject } from "../outputs/tallies.js";
import { say } from "../terminal/terminal.js";

const about = `Lists the tasks of a job that have saved outputs, with the number and size of their outputs of each kind. The Batch
service is not asked.

With --json, each object is one task, with the members jobId, taskId, outputs, bytes, lastModified and kinds, which has
outputs, bytes and lastModified for each kind.`;

interface Row {
  readonly taskId: string;
  readonly kind: string;
  readonly tally: Tally;
}

/** `batch-outputs tasks`: lists a job's tasks with what they saved. */
export function tasks(command: Command): void {
  command.description(about).addOption(jsonFlag());
  addJobFlags(command);
  addExamples(command, [
    ["The tasks of a job", "batch-outputs tasks --job film-7"],
    [
      "Tasks without TaskOutput",
      "batch-outputs tasks --job film-7 --json | jq -r 'select(.kinds.TaskOutput == null) | .taskId'",
    ],
  ]);
  command.action(async () => {
    const { json = false } = command.opts<{ json?: boolean }>();
    const job = openJob(command);
    const lines = new JsonLines();
    const table = new Table<Row>([
      { title: "TASK", value: ({ taskId }) => taskId, gives: true },
      { title: "KIND", value: ({ kind }) => kind },
      { title: "OUTPUTS", value: ({ tally }) => String(tally.outputs), isFigure: true },
      { title: "SIZE", value: ({ tally }) => formatBytes(tally.bytes), isFigure: true },
      { title: "LAST MODIFIED", value: ({ tally }) => formatTime(tally.lastModified), goes: 1 },
    ]);
    let count = 0;
    for await (const { taskId, kinds } of tallyByTask(
      job.listAllOutputs({ abortSignal: interruptSignal() }),
    )) {
      if (taskId === undefined) continue;
      count += 1;
      if (json) {
        const byKind = Object.fromEntries([...kinds].map(([kind, tally]) => [kind, tallyObject(tally)]));
        await lines.write({ jobId: job.jobId, taskId, ...tallyObject(kinds.total()), kinds: byKind });
      } else {
        for (const [kind, tally] of kinds) await table.write({ taskId, kind, tally });
      }
    }
    await lines.flush();
    await table.flush();
    if (count === 0 && !json) say(`No task of ${describeStorage(job)} has saved outputs.`);
  });
}
