import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";

import type { BatchOutputsClient, TaskOutputStorage } from "../../../src/outputs/index.js";
import { TaskOutputKind, JobOutputKind } from "../../../src/conventions/index.js";

export const filmJob = "film-7";
export const forecastJob = "nightly-forecast-2026-11-21";
/** Its id is no container name: what its container is called does not tell it. */
export const trainingJob = "Training_Run:2026-11-20";
export const hostileJob = "hostile-names";

/** The task of the forecast that failed, and why its log says it did. */
export const failedTask = "region-1374";
export const failedLine = "ValueError: cannot reshape array of size 718 into shape (720,)";

const film = new URL("../../../docs/images/film.webp", import.meta.url);

/** Fills a store as a week of work would: a film, a large forecast with a failed task, training with every kind, odd names. */
export async function fillRealisticStore(
  client: BatchOutputsClient,
  folder: string,
  taskCount = 2000,
): Promise<void> {
  await fillTraining(client, folder);
  await fillHostileNames(client);
  await fillForecast(client, folder, taskCount);
  await fillFilm(client, folder);
}

async function fillFilm(client: BatchOutputsClient, folder: string): Promise<void> {
  await client.prepareOutputStorage(filmJob);
  const job = client.getJobOutputStorage(filmJob);
  const whole = await readFile(film);
  await job.saveData(JobOutputKind.JobOutput, whole, "film.webp");
  const frames = (await sharp(whole).metadata()).pages ?? 1;
  await eachOf(frames, 8, async (index) => {
    const id = `frame-${String(index + 1).padStart(2, "0")}`;
    const picture = await sharp(whole, { page: index }).png().toBuffer();
    const small = await sharp(picture).resize(240).jpeg().toBuffer();
    const task = client.getTaskOutputStorage(filmJob, id);
    await task.saveData(TaskOutputKind.TaskOutput, picture, "frame.png");
    await task.saveData(TaskOutputKind.TaskPreview, small, "frame.jpg");
    await track(task, folder, "stdout.txt", [
      `rendering ${id}`,
      "41,000 triangles",
      "\u001b[32mdone\u001b[0m in 2.1 s",
    ]);
    if (index % 6 === 0) await job.saveData(JobOutputKind.JobPreview, small, `${id}.jpg`);
  });
}

async function fillForecast(client: BatchOutputsClient, folder: string, taskCount: number): Promise<void> {
  await client.prepareOutputStorage(forecastJob);
  await eachOf(taskCount, 24, async (index) => {
    const id = `region-${String(index).padStart(4, "0")}`;
    const task = client.getTaskOutputStorage(forecastJob, id);
    const table = Array.from(
      { length: 1 + (index % 7) },
      (_, day) => `${id},${day},${(index * 7 + day) % 31}`,
    );
    await task.saveText("Forecast", ["region,day,mm", ...table].join("\n"), "forecast.csv");
    if (id === failedTask) return;
    await task.saveText(TaskOutputKind.TaskLog, `start ${id}\n${table.length} days\nok\n`, "stdout.txt");
  });
  const failed = client.getTaskOutputStorage(forecastJob, failedTask);
  for (const attempt of [1, 2, 3]) {
    const steps = Array.from(
      { length: 400 * attempt },
      (_, step) => `step ${step}: residual ${1 / (step + 1)}`,
    );
    await track(failed, folder, "stdout.txt", [`start ${failedTask}, attempt ${attempt}`, ...steps]);
    await track(failed, folder, "stderr.txt", [
      `WARNING station 0${attempt}12 is silent, its last value is used`,
      "Traceback (most recent call last):",
      '  File "/mnt/batch/tasks/apps/forecast/main.py", line 214, in <module>',
      "    run(region)",
      '  File "/mnt/batch/tasks/apps/forecast/grid.py", line 88, in reshape_rows',
      "    return values.reshape(shape)",
      `\u001b[31m${failedLine}\u001b[0m`,
    ]);
  }
}

async function fillTraining(client: BatchOutputsClient, folder: string): Promise<void> {
  const jobId = trainingJob;
  await client.prepareOutputStorage(jobId);
  await eachOf(6, 3, async (index) => {
    const task = client.getTaskOutputStorage(jobId, `fold-${index}`);
    const curve = Buffer.from(createLossCurve(index));
    await task.saveData(TaskOutputKind.TaskPreview, curve, "loss.svg");
    await task.saveData(TaskOutputKind.TaskPreview, await sharp(curve).png().toBuffer(), "loss.png");
    await task.saveText(TaskOutputKind.TaskOutput, JSON.stringify({ fold: index, f1: 0.9 }), "metrics.json");
    for (const epoch of [1, 2, 3]) {
      const weights = new Uint8Array(20_000 * epoch).fill(index);
      await task.saveData(TaskOutputKind.TaskIntermediate, weights, `checkpoints/epoch-${epoch}/weights.bin`);
      await task.saveText("Evaluation", "class,precision\ncat,0.9\n", `reports/epoch-${epoch}/by-class.csv`);
    }
    await task.saveText("Evaluation", "# Report\n\nAll is well.\n", "reports/summary.md");
    await track(task, folder, "stdout.txt", [`fold ${index}`, "epoch 1", "epoch 2", "epoch 3"]);
    await track(task, folder, "logs/gpu.log", ["utilisation 97 %"]);
  });
}

async function fillHostileNames(client: BatchOutputsClient): Promise<void> {
  await client.prepareOutputStorage(hostileJob);
  const task = client.getTaskOutputStorage(hostileJob, "names");
  for (const name of [
    "<img src=x onerror=alert(1)>.txt",
    "quote'\"`$(id).txt",
    "invoice\u202egpj.exe",
    "two  spaces.txt",
    "100% & #1 ?.txt",
    `${"long-".repeat(60)}/${"name-".repeat(120)}.txt`,
    "zero\u200bwidth.txt",
    "日本語/ملف.txt",
  ]) {
    await task.saveText(TaskOutputKind.TaskOutput, name, name);
  }
  await task.saveText("Custom & <b>kind", "x", "a.txt");
}

/** Tracks a log as a task does: once for each attempt. */
async function track(
  task: TaskOutputStorage,
  folder: string,
  path: string,
  lines: readonly string[],
): Promise<void> {
  const place = await mkdtemp(join(folder, "log-"));
  const source = join(place, path.replaceAll("/", "-"));
  await writeFile(source, `${lines.join("\n")}\n`);
  const tracked = await task.saveTracked(TaskOutputKind.TaskLog, source, { destinationPath: path });
  await tracked.close();
}

function createLossCurve(seed: number): string {
  const points = Array.from(
    { length: 60 },
    (_, x) => `${20 + x * 6},${20 + 180 * (1 - Math.exp(-x / (8 + seed * 3)))}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 240" width="400" height="240"><rect width="400" height="240" fill="#fff"/><path d="M20 10V220H390" fill="none" stroke="#888"/><polyline points="${points.join(" ")}" fill="none" stroke="#0f6cbd" stroke-width="3"/><text x="200" y="40" font-family="sans-serif" font-size="16" fill="#333">fold ${seed}: loss</text></svg>`;
}

async function eachOf(count: number, atATime: number, act: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await act(index);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}
