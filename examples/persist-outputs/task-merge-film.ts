// Task code, after all others, with the library: joins the frames that the tasks before it kept, and keeps the film as an output
// of the job.

import { JobOutputKind, JobOutputStorage, TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { failTask } from "./fail-task.js";
import { filmFiles, joinFilm } from "./join-film.js";

const jobOutputs = JobOutputStorage.fromEnvironment();
const taskOutputs = TaskOutputStorage.fromEnvironment();

async function mergeAndKeep(): Promise<void> {
  await using _stdout = await taskOutputs.saveTracked(TaskOutputKind.TaskLog, "../stdout.txt", {
    flushIntervalInMs: 15_000,
  });
  await joinFilm();
  await jobOutputs.save(JobOutputKind.JobOutput, filmFiles.film);
  await jobOutputs.save(JobOutputKind.JobPreview, filmFiles.preview);
}

await mergeAndKeep().catch(failTask);
