// Task code, after all others: fetches the frames that the tasks before it kept, and joins them. They may have run on other
// nodes, which may be gone: the job's storage is all that the two need to share.

import { parseArgs } from "node:util";
import { JobOutputKind, JobOutputStorage, TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import sharp from "sharp";
import { failTask } from "./fail-task.js";

const jobOutputs = JobOutputStorage.fromEnvironment();
const taskOutputs = TaskOutputStorage.fromEnvironment();

async function mergeAndKeep(upstreamTaskIds: readonly string[], frameMs: number): Promise<void> {
  await using _stdout = await taskOutputs.saveTracked(TaskOutputKind.TaskLog, "../stdout.txt", {
    flushIntervalMs: 15_000,
  });
  await joinFrames(upstreamTaskIds, TaskOutputKind.TaskOutput, frameMs, "film.webp");
  await joinFrames(upstreamTaskIds, TaskOutputKind.TaskPreview, frameMs, "film_preview.webp");
  await jobOutputs.save(JobOutputKind.JobOutput, "film.webp");
  await jobOutputs.save(JobOutputKind.JobPreview, "film_preview.webp");
}

async function joinFrames(
  taskIds: readonly string[],
  kind: TaskOutputKind,
  frameMs: number,
  film: string,
): Promise<void> {
  const frames: Buffer[] = [];
  for (const taskId of taskIds) {
    for await (const output of jobOutputs.getTaskOutputStorage(taskId).listOutputs(kind)) {
      frames.push(await output.downloadToBuffer());
    }
  }
  await sharp(frames, { join: { animated: true } })
    .webp({ quality: 90, effort: 4, loop: 0, delay: frames.map(() => frameMs) })
    .toFile(film);
  console.log(`Joined the ${kind} of ${frames.length} tasks into ${film}, ${frameMs} ms a frame`);
}

const { values, positionals: upstreamTaskIds } = parseArgs({
  options: { "frame-ms": { type: "string" } },
  allowPositionals: true,
});
await mergeAndKeep(upstreamTaskIds, Number(values["frame-ms"])).catch(failTask);
