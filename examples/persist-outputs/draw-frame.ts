import { createHash } from "node:crypto";
import { appendFile, readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import sharp from "sharp";
import { farDistance, nearDistance, renderFrame } from "./renderer/render-frame.js";

/** What is drawn, of the frame that the task's command line names. */
export const frameFiles = {
  picture: "frame_full_res.jpg",
  preview: "frame_low_res.jpg",
  depth: "frame_depth.png",
};

/** Draws the bunny on its turntable, into three files of the current directory. This code does not use Azure. */
export async function drawFrame(): Promise<void> {
  const { values } = parseArgs({
    options: { frame: { type: "string" }, frames: { type: "string" }, width: { type: "string" } },
  });
  const [frame, frames, width] = [Number(values.frame), Number(values.frames), Number(values.width)];
  await tellProgress("drawing");
  // The turn begins with the bunny seen from its side.
  const degrees = (330 + (360 * (frame - 1)) / frames) % 360;
  console.log(`Frame ${frame} of ${frames}: the bunny turned by ${degrees} degrees, ${width} pixels wide`);
  const image = renderFrame((degrees * Math.PI) / 180, width, Math.round((width * 3) / 4));
  console.log(`Drew ${image.triangleCount} triangles in the light of ${image.lightCount} lamps`);
  console.log(
    `Depth: 0 is ${nearDistance} units from the camera, 65534 is ${farDistance}, 65535 is the backdrop`,
  );

  const size = { width: image.width, height: image.height };
  const picture = sharp(image.colour, { raw: { ...size, channels: 3 } });
  await picture.clone().jpeg({ quality: 90, chromaSubsampling: "4:4:4" }).toFile(frameFiles.picture);
  await picture
    .clone()
    .resize(Math.round(width / 4))
    .jpeg({ quality: 80 })
    .toFile(frameFiles.preview);
  const depth = sharp(image.depth, { raw: { ...size, channels: 1 } });
  await depth.toColourspace("grey16").png().toFile(frameFiles.depth);
  for (const file of Object.values(frameFiles)) await noteDigest(file);
  await tellProgress("drawn");
}

/** A log of the program's own, beside stdout.txt. */
export async function tellProgress(step: string): Promise<void> {
  await appendFile("progress.log", `${new Date().toISOString()} ${step}\n`);
}

/** Shows which log belongs to which file. */
async function noteDigest(file: string): Promise<void> {
  const bytes = await readFile(file);
  const digest = createHash("sha256").update(bytes).digest("hex");
  console.log(`${file}: ${bytes.length} bytes, SHA-256 ${digest}`);
}
