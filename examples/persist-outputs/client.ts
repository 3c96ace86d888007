// Client code: prepares a job's storage, runs its tasks, then lists and fetches what they kept.
// `npm start` runs it; `npm start -- --help` lists the options.

import { mkdir, realpath, rm } from "node:fs/promises";
import { join } from "node:path";
import { JobOutputKind } from "azure-batch-outputs";
import { abortOnSignals } from "./abort-on-signals.js";
import { openBatchAccount } from "./batch-account.js";
import { readClientOptions, usage, type ClientOptions } from "./client-options.js";
import { fetchOutputs } from "./fetch-outputs.js";
import { filmTasks } from "./film-job.js";
import { openLinkedStorage } from "./linked-storage.js";
import { showProgress } from "./progress.js";
import { outputsTable, shownPath } from "./report.js";
import { runFilmJob } from "./run-film-job.js";
import { showInViewer } from "./show-in-viewer.js";

async function makeFilm(
  { frames, width, way, directory, view }: ClientOptions,
  abortSignal: AbortSignal,
): Promise<void> {
  const jobId = `film-${new Date().toISOString().replace(/[-:Z]/g, "").replace(/[T.]/g, "-")}`;
  await mkdir(join(directory, jobId), { recursive: true });
  const jobDirectory = await realpath(join(directory, jobId));
  let isDone = false;
  try {
    await using storage = await openLinkedStorage(jobDirectory);
    console.error(`Job ${jobId} keeps its outputs in ${storage.description}.`);
    await storage.client.prepareOutputStorage(jobId, { abortSignal });
    const tasks = await filmTasks(storage.client, { jobId, way, frames, width });
    {
      await using batch = await openBatchAccount(jobDirectory);
      console.error(`Its tasks run on ${batch.description}.`);
      const onTaskCompleted = showProgress(tasks.length);
      await runFilmJob(batch.client, tasks, { jobId, abortSignal, onTaskCompleted });
    }

    // The compute nodes and their disks are gone now. The outputs that the tasks saved are in storage.
    const outputDirectory = join(jobDirectory, "outputs");
    const outputs = await fetchOutputs(storage.client, jobId, outputDirectory, abortSignal);
    console.log(`\n${outputsTable(jobId, outputs, outputDirectory)}\n`);
    const film = outputs.find(({ kind }) => kind === JobOutputKind.JobOutput);
    if (film) console.log(`The film: ${shownPath(film.localPath)} (a browser shows it)`);
    isDone = true;
    if (view && process.stdout.isTTY && !abortSignal.aborted) await showInViewer(jobId, storage, abortSignal);
  } catch (error) {
    if (abortSignal.aborted && !isDone) await rm(jobDirectory, { recursive: true, force: true });
    throw error;
  }
}

async function main(): Promise<number> {
  const options = readClientOptions(process.argv.slice(2));
  if ("problem" in options) {
    console.error(`${options.problem}\n\n${usage}`);
    return 2;
  }
  if (options.help) {
    console.log(usage);
    return 0;
  }
  const abortSignal = abortOnSignals();
  try {
    await makeFilm(options, abortSignal);
    return 0;
  } catch (error) {
    if (abortSignal.aborted) {
      console.error("\nInterrupted. Nothing is left running.");
      return 130;
    }
    console.error(`\n${error instanceof Error ? error.message : String(error)}`);
    return 1;
  }
}

process.exitCode = await main();
