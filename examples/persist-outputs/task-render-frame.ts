// Task code, one process a frame: draws the bunny on its turntable and keeps what it made. It knows no file name in storage, no
// account and no key: only its own job and task, and the container URL that the client handed it.

import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import sharp from "sharp";
import { failTask } from "./fail-task.js";
import { farDistance, nearDistance, renderFrame } from "./renderer/render-frame.js";

const outputs = TaskOutputStorage.fromEnvironment();

/** As often as the logs go up while the task runs. */
const every15Seconds = { flushIntervalMs: 15_000 };

async function renderAndKeep(frame: number, frames: number, width: number): Promise<void> {
  // From here on both logs can be read by anybody, while they grow. Batch writes stdout.txt one folder above the one that
  // tasks work in.
  await using _stdout = await outputs.saveTracked(TaskOutputKind.TaskLog, "../stdout.txt", every15Seconds);
  await using _progress = await outputs.saveTracked(TaskOutputKind.TaskLog, "progress.log", every15Seconds);
  await tellProgress("drawing");
  // The turn begins with the bunny seen from its side.
  const degrees = (330 + (360 * (frame - 1)) / frames) % 360;
  console.log(`Frame ${frame} of ${frames}: the bunny turned by ${degrees} degrees, ${width} pixels wide`);
  const image = renderFrame((degrees * Math.PI) / 180, width, Math.round((width * 3) / 4));
  console.log(`Drew ${image.triangleCount} triangles in the light of ${image.lightCount} lamps`);
  console.log(
    `Depth: 0 is ${nearDistance} units from the camera, 65534 is ${farDistance}, 65535 is the backdrop`,
  );

  await tellProgress("drawn");

  const size = { width: image.width, height: image.height };
  const picture = sharp(image.colour, { raw: { ...size, channels: 3 } });
  await picture.clone().jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toFile("frame_full_res.jpg");
  await picture
    .clone()
    .resize(Math.round(width / 4))
    .jpeg({ quality: 80 })
    .toFile("frame_low_res.jpg");
  const depth = sharp(image.depth, { raw: { ...size, channels: 1 } });
  await depth.toColourspace("grey16").png().toFile("frame_depth.png");

  await keep(TaskOutputKind.TaskOutput, "frame_full_res.jpg");
  await keep(TaskOutputKind.TaskPreview, "frame_low_res.jpg");
  await keep(TaskOutputKind.TaskIntermediate, "frame_depth.png");
  await tellProgress("kept");
}

/** A log of the program's own, beside stdout.txt. */
async function tellProgress(step: string): Promise<void> {
  await appendFile("progress.log", `${new Date().toISOString()} ${step}\n`);
}

/** Saves a file, and notes its digest in the log: who fetches both can tell that they belong together. */
async function keep(kind: TaskOutputKind, file: string): Promise<void> {
  const bytes = await readFile(file);
  const digest = createHash("sha256").update(bytes).digest("hex");
  console.log(`${kind} ${file}: ${bytes.length} bytes, SHA-256 ${digest}`);
  await outputs.save(kind, file);
}

const { values } = parseArgs({
  options: { frame: { type: "string" }, frames: { type: "string" }, width: { type: "string" } },
});
await renderAndKeep(Number(values.frame), Number(values.frames), Number(values.width)).catch(failTask);
