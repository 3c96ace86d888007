// Task code, one process a frame: draws the bunny on its turntable and keeps what it made. It knows no file name in storage, no
// account and no key: only its own job and task, and the container URL that the client handed it.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import sharp from "sharp";
import { farDistance, nearDistance, renderFrame } from "./renderer/render-frame.js";

const { values } = parseArgs({
  options: { frame: { type: "string" }, frames: { type: "string" }, width: { type: "string" } },
});
const [frame, frames, width] = [Number(values.frame), Number(values.frames), Number(values.width)];
const outputs = TaskOutputStorage.fromEnvironment();

// The turn begins with the bunny seen from its side.
const degrees = 330 + (360 * (frame - 1)) / frames;
console.log(
  `Frame ${frame} of ${frames}: the bunny turned by ${degrees % 360} degrees, ${width} pixels wide`,
);
const image = renderFrame((degrees * Math.PI) / 180, width, Math.round((width * 3) / 4));
console.log(`Drew ${image.triangleCount} triangles in the light of ${image.lightCount} lamps`);

const picture = sharp(image.colour, { raw: { width: image.width, height: image.height, channels: 3 } });
await picture.clone().jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toFile("frame_full_res.jpg");
await picture
  .clone()
  .resize(Math.round(width / 4))
  .jpeg({ quality: 80 })
  .toFile("frame_low_res.jpg");
await sharp(image.depth, { raw: { width: image.width, height: image.height, channels: 1 } })
  .toColourspace("grey16")
  .png()
  .toFile("frame_depth.png");
console.log(
  `Depth: 0 is ${nearDistance} units from the camera, 65534 is ${farDistance}, 65535 is the backdrop`,
);

await keep(TaskOutputKind.TaskOutput, "frame_full_res.jpg");
await keep(TaskOutputKind.TaskPreview, "frame_low_res.jpg");
await keep(TaskOutputKind.TaskIntermediate, "frame_depth.png");
// Last, for a log that still grows can't be saved whole. Batch writes it one folder above the one that tasks work in.
await outputs.save(TaskOutputKind.TaskLog, "../stdout.txt");

async function keep(kind: TaskOutputKind, file: string): Promise<void> {
  const bytes = await readFile(file);
  const digest = createHash("sha256").update(bytes).digest("hex");
  console.log(`${kind} ${file}: ${bytes.length} bytes, SHA-256 ${digest}`);
  await outputs.save(kind, file);
}
