import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { TaskOutputKind } from "../../../../../src/conventions/index.js";
import type { BatchOutputsClient } from "../../../../../src/outputs/index.js";
import { saveFailedJob } from "../../../../support/failed-job.js";

export const nightJob = "nightly-precipitation-and-temperature-of-all-regions-2026-11-21";
export const emptyJob = "prepared-and-empty";
/** As long as the id of a task may be. */
export const longTask = "region-1374-precipitation-and-temperature-2026-11-21-2nd-attempt";

export const unsavedJob = "outputs-not-saved";

/**
 * A job of 300 tasks, of which 40 failed for five reasons, and one task more with a long id and progress bars; an empty job; one with a task whose
 * command succeeded and whose outputs were not saved.
 */
export async function fillNight(client: BatchOutputsClient, folder: string): Promise<void> {
  await client.prepareOutputStorage(emptyJob);
  await client.prepareOutputStorage(nightJob);
  await saveFailedJob(client, nightJob, { tasks: 300, failures: 40, largeLogBytes: 4 * 1024 * 1024 });
  const task = client.getTaskOutputStorage(nightJob, longTask);
  for (const [name, content] of [
    ["stdout.txt", progressBars()],
    ["empty.txt", ""],
  ] as const) {
    const source = join(await mkdtemp(join(folder, "log-")), name);
    await writeFile(source, content);
    const tracked = await task.saveTracked(TaskOutputKind.TaskLog, source, {
      destinationPath: name,
      lineTimes: true,
    });
    await tracked.close();
  }
  const run = await task.recordRun({
    nodeId: "tvmps_8f0c2b0f4a9d1e6b_d",
    command: ["python3", "forecast.py"],
  });
  await run.end({ exitCode: 0 });
  await fillUnsaved(client);
}

async function fillUnsaved(client: BatchOutputsClient): Promise<void> {
  await client.prepareOutputStorage(unsavedJob);
  const task = client.getTaskOutputStorage(unsavedJob, "region-7");
  await task.saveText(TaskOutputKind.TaskLog, "done\n", "stdout.txt");
  const messages = [
    'TaskOutput: No file matches "results/**/*.csv" in /mnt/batch/tasks/workitems/nightly/job-1/region-7/wd.',
    `TaskLog "app.log": The store accepted no data before the deadline (--give-up-after, --grace). ${"films".repeat(12)}.blob.core.windows.net has not answered for 5 min.`,
  ];
  await (await task.recordRun()).end({ exitCode: 0, saveFailures: { count: 12_000, messages } });
}

/** A log with a progress bar of each of two kinds, drawn a thousand times. */
function progressBars(): string {
  const bar = (percent: number) =>
    `\r${String(percent).padStart(3)} % |${"█".repeat(percent / 2).padEnd(50)}| ${percent * 7}/700`;
  const bars = Array.from({ length: 1_001 }, (_, step) => bar(Math.floor(step / 10)));
  const lines = Array.from({ length: 40 }, (_, index) => `station ${index} read, ${index * 37} rows`);
  return [
    ...lines,
    bars.join(""),
    "\u001b[32mdone\u001b[0m",
    `a path ${"/mnt/batch/tasks".repeat(20)}`,
    "",
  ].join("\n");
}
