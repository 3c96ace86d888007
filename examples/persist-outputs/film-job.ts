import type { BatchServiceModels } from "@azure/batch";
import { type BatchOutputsClient, JobOutputKind, TaskOutputKind } from "azure-batch-outputs";
import { outputEnvironmentSettings, outputFile, taskOutputFiles } from "azure-batch-outputs/batch";

type Task = BatchServiceModels.TaskAddParameter;

/** How outputs are saved: by the library, by the command line, or by Batch itself after a task has ended. */
export const ways = ["library", "cli", "output-files"] as const;
export type Way = (typeof ways)[number];

export interface FilmJobOptions {
  readonly jobId: string;
  readonly way: Way;
  readonly frames: number;
  /** In pixels; the height is three quarters of it. */
  readonly width: number;
}

/** How long the bunny takes to turn once. */
const turnMs = 2_400;

const frameOutputs = {
  [TaskOutputKind.TaskOutput]: "frame_full_res.jpg",
  [TaskOutputKind.TaskPreview]: "frame_low_res.jpg",
  [TaskOutputKind.TaskIntermediate]: "frame_depth.png",
};
const filmOutputs = {
  [JobOutputKind.JobOutput]: "film.webp",
  [JobOutputKind.JobPreview]: "film_preview.webp",
};

/** One task for each frame, and one that joins the frames after all others. */
export async function filmTasks(
  outputs: BatchOutputsClient,
  { jobId, way, frames, width }: FilmJobOptions,
): Promise<Task[]> {
  const containerUrl = await outputs.getOutputStorageContainerUrl(jobId);
  const environmentSettings = await outputEnvironmentSettings(outputs, jobId);
  const digits = Math.max(2, String(frames).length);
  const renderTasks = Array.from({ length: frames }, (_, i): Task => {
    const frame = String(i + 1);
    // Digits in front, so that listings have the frames in their order.
    const id = `frame-${frame.padStart(digits, "0")}`;
    const args = ["--frame", frame, "--frames", String(frames), "--width", String(width)];
    switch (way) {
      case "library":
        return { id, commandLine: command(program("render-frame", args)), environmentSettings };
      case "cli": {
        const kept = { ...frameOutputs, [TaskOutputKind.TaskLog]: "progress.log" };
        return { id, commandLine: command(keeping(kept, program("draw-frame", args))), environmentSettings };
      }
      case "output-files": {
        // The task has no setting for Azure, because Batch itself has the URL.
        const place = { containerUrl, taskId: id, logs: ["../std*.txt", "progress.log"] };
        const outputFiles = taskOutputFiles({ ...place, outputs: frameOutputs });
        return { id, commandLine: command(program("draw-frame", args)), outputFiles };
      }
    }
  });

  const id = "merge-film";
  const frameTaskIds = renderTasks.map((task) => task.id);
  const args = ["--frame-ms", String(Math.round(turnMs / frames)), ...frameTaskIds];
  // This task reads the frames from storage, so it always needs the container URL.
  const merge = { id, environmentSettings, dependsOn: { taskIds: frameTaskIds } };
  switch (way) {
    case "library":
      return [...renderTasks, { ...merge, commandLine: command(program("merge-film", args)) }];
    case "cli":
      return [
        ...renderTasks,
        { ...merge, commandLine: command(keeping(filmOutputs, program("join-film", args))) },
      ];
    case "output-files": {
      const outputFiles = [
        ...taskOutputFiles({ containerUrl, taskId: id }),
        ...Object.entries(filmOutputs).map(([kind, pattern]) =>
          outputFile({ containerUrl, kind, pattern, uploadCondition: "tasksuccess" }),
        ),
      ];
      return [...renderTasks, { ...merge, commandLine: command(program("join-film", args)), outputFiles }];
    }
  }
}

/** Batch starts no shell by itself, and only a shell replaces the variables with the paths of packages. */
function command(line: string): string {
  return `/bin/sh -c 'exec ${line}'`;
}

/** A task's program, from the application package `film`. */
function program(name: string, args: readonly string[]): string {
  return `node "$AZ_BATCH_APP_PACKAGE_film_1_0/app/task-${name}.js" ${args.join(" ")}`;
}

/** The same under `batch-outputs run`, from the application package of the command line. */
function keeping(outputs: Readonly<Record<string, string>>, line: string): string {
  const flags = Object.entries(outputs).map(([kind, pattern]) => `--save "${kind}=${pattern}"`);
  return `"$AZ_BATCH_APP_PACKAGE_batch_outputs_1_0/batch-outputs" run ${flags.join(" ")} -- ${line}`;
}
