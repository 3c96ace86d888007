// Task code, one process a frame, with the library: draws the frame and keeps what it made. It knows no file name in storage,
// no account and no key: only its own job and task, and the container URL that the client handed it.

import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { drawFrame, frameFiles, tellProgress } from "./draw-frame.js";
import { failTask } from "./fail-task.js";

const outputs = TaskOutputStorage.fromEnvironment();

/** How often the logs are stored while the task runs. */
const every15Seconds = { flushIntervalInMs: 15_000 };

async function renderAndKeep(): Promise<void> {
  // From here on clients can read both logs while they grow. Batch writes stdout.txt one folder above the one that
  // tasks work in.
  await using _stdout = await outputs.saveTracked(TaskOutputKind.TaskLog, "../stdout.txt", every15Seconds);
  await using _progress = await outputs.saveTracked(TaskOutputKind.TaskLog, "progress.log", every15Seconds);
  await drawFrame();
  await outputs.save(TaskOutputKind.TaskOutput, frameFiles.picture);
  await outputs.save(TaskOutputKind.TaskPreview, frameFiles.preview);
  await outputs.save(TaskOutputKind.TaskIntermediate, frameFiles.depth);
  await tellProgress("kept");
}

await renderAndKeep().catch(failTask);
