// Task code, after all others: fetches the frames that the tasks before it kept, and joins them. They may have run on other
// nodes, which may be gone: the job's storage is all that the two need to share.

import { parseArgs } from "node:util";
import { JobOutputKind, JobOutputStorage, TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import sharp from "sharp";

const { values, positionals: upstreamTaskIds } = parseArgs({
  options: { "turn-ms": { type: "string" } },
  allowPositionals: true,
});
const delay = Math.round(Number(values["turn-ms"]) / upstreamTaskIds.length);
const jobOutputs = JobOutputStorage.fromEnvironment();
const taskOutputs = TaskOutputStorage.fromEnvironment();

await joinFrames(TaskOutputKind.TaskOutput, "film.webp");
await joinFrames(TaskOutputKind.TaskPreview, "film_preview.webp");
await jobOutputs.save(JobOutputKind.JobOutput, "film.webp");
await jobOutputs.save(JobOutputKind.JobPreview, "film_preview.webp");
await taskOutputs.save(TaskOutputKind.TaskLog, "../stdout.txt");

async function joinFrames(kind: TaskOutputKind, film: string): Promise<void> {
  const frames: Buffer[] = [];
  for (const taskId of upstreamTaskIds) {
    const upstream = new TaskOutputStorage(process.env["AZURE_BATCH_OUTPUTS_CONTAINER_URL"] ?? "", taskId);
    for await (const output of upstream.listOutputs(kind)) {
      frames.push(await output.downloadToBuffer());
    }
  }
  await sharp(frames, { join: { animated: true } })
    .webp({ quality: 80, effort: 4, loop: 0, delay: frames.map(() => delay) })
    .toFile(film);
  console.log(`Joined the ${kind} of ${frames.length} tasks into ${film}, ${delay} ms a frame`);
}
