import { parseArgs } from "node:util";
import { JobOutputStorage, TaskOutputKind } from "azure-batch-outputs";
import sharp from "sharp";

/** The film, and the small one. */
export const filmFiles = { film: "film.webp", preview: "film_preview.webp" };

/**
 * Fetches the frames that other tasks kept, and joins them. They may have run on other nodes, which may
 * be gone; the tasks only share the job's storage.
 */
export async function joinFilm(): Promise<void> {
  const { values, positionals: upstreamTaskIds } = parseArgs({
    options: { "frame-ms": { type: "string" } },
    allowPositionals: true,
  });
  const frameMs = Number(values["frame-ms"]);
  await joinFrames(upstreamTaskIds, TaskOutputKind.TaskOutput, frameMs, filmFiles.film);
  await joinFrames(upstreamTaskIds, TaskOutputKind.TaskPreview, frameMs, filmFiles.preview);
}

async function joinFrames(
  taskIds: readonly string[],
  kind: TaskOutputKind,
  frameMs: number,
  film: string,
): Promise<void> {
  const jobOutputs = JobOutputStorage.fromEnvironment();
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
