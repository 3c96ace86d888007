import type { Page } from "playwright-core";

import {
  jobOutputContainerName,
  outputBlobName,
  TaskOutputKind,
} from "../../../../../src/conventions/index.js";
import { formatRoute } from "../../../../../src/viewer/web/address/routes.js";
import { readingJob, readingTask } from "../../../reading/support/reading-store.js";
import { filmJob, forecastJob, hostileJob, trainingJob } from "../../../support/realistic-store.js";
import { emptyJob, longTask, nightJob, unsavedJob } from "./night-store.js";

export interface Screen {
  readonly name: string;
  /** Without a slash at the front. */
  readonly address: string;
  /** What is there when the screen is whole. */
  readonly shows: string;
  /** What a person does then, until the screen is the one that is meant. */
  readonly act?: (page: Page) => Promise<void>;
}

const job = (jobId: string): string => `jobs/${jobOutputContainerName(jobId)}`;
const film = job(filmJob);
const training = job(trainingJob);
const night = job(nightJob);

const view = (jobId: string, taskId: string, kind: string, path: string, query = ""): string =>
  formatRoute({
    screen: "view",
    container: jobOutputContainerName(jobId),
    blobName: outputBlobName({ taskId, kind, path }),
  }) + query;
const file = (path: string, query = ""): string =>
  view(readingJob, readingTask, TaskOutputKind.TaskOutput, path, query);
const log = (taskId: string, query = ""): string =>
  view(readingJob, taskId, TaskOutputKind.TaskLog, "stdout.txt", query);

const selectMetrics = async (page: Page): Promise<void> => {
  await page.getByRole("checkbox", { name: "Select metrics.json" }).check();
  await page.getByText("1 file selected").waitFor();
};

const openDialog =
  (button: string, role: "dialog" | "alertdialog" = "dialog") =>
  async (page: Page): Promise<void> => {
    await page.getByRole("button", { name: button }).first().click();
    await page.getByRole(role).waitFor();
  };

const openHelp = async (page: Page): Promise<void> => {
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
};

/** Lists: jobs, a job, a task, and what is done in them. */
const lists: readonly Screen[] = [
  { name: "the jobs", address: "", shows: `text=${forecastJob}` },
  { name: "no job found", address: "jobs?q=nothing-is-called-so", shows: "text=Nothing matches the filter" },
  { name: "the keys of the jobs", address: "", shows: `text=${forecastJob}`, act: openHelp },
  { name: "a job with outputs and previews", address: film, shows: "text=frame-02" },
  {
    name: "a job that failed",
    address: night,
    shows: "text=40 failed tasks, 5 causes",
    act: async (page) => {
      await page.locator(".status-count", { hasText: /^301 tasks, / }).waitFor();
    },
  },
  {
    name: "the tasks of one cause",
    address: night,
    shows: "text=40 failed tasks, 5 causes",
    act: async (page) => {
      await page
        .getByRole("button", { name: /^Show these \d+ tasks in the list$/ })
        .first()
        .click();
      await page.locator(".status-count", { hasText: "of 301 tasks" }).waitFor();
    },
  },
  {
    name: "what a search of the logs of a job found",
    address: night,
    shows: "text=40 failed tasks, 5 causes",
    act: async (page) => {
      await page.getByRole("searchbox", { name: "Search the logs of the tasks" }).fill("CUDA out of memory");
      await page.keyboard.press("Enter");
      await page.getByText(/lines in \d+ logs\. 302 logs searched/).waitFor();
    },
  },
  { name: "filtered tasks", address: `${night}?q=exit:137`, shows: "text=SIGKILL" },
  {
    name: "a job without tasks",
    address: job(emptyJob),
    shows: "text=No task of this job has saved anything yet",
  },
  { name: "a job that is not there", address: "jobs/job-nowhere", shows: "role=alert" },
  {
    name: "the question before deleting a job",
    address: training,
    shows: "text=fold-3",
    act: openDialog("Delete the job's outputs…", "alertdialog"),
  },
  {
    name: "some files of many tasks",
    address: training,
    shows: "text=fold-3",
    act: openDialog("Some files…"),
  },
  { name: "a task's output files", address: `${training}/tasks/fold-1`, shows: "text=weights.bin >> nth=0" },
  { name: "a task's logs", address: `${training}/tasks/fold-1?tab=logs`, shows: "text=epoch 3" },
  {
    name: "a job whose outputs were not saved",
    address: job(unsavedJob),
    shows: "text=No file matches",
  },
  {
    name: "a task whose outputs were not saved",
    address: `${job(unsavedJob)}/tasks/region-7`,
    shows: "text=12,000 outputs were not saved",
  },
  { name: "a task with a long id", address: `${night}/tasks/${longTask}?tab=logs`, shows: "text=stdout.txt" },
  {
    name: "a failed task without output files",
    address: `${night}/tasks/t1?tab=outputs`,
    shows: "text=The task saved no output files",
  },
  {
    name: "a task without logs",
    address: `${job(readingJob)}/tasks/frame-1?tab=logs`,
    shows: "text=The task saved no logs",
  },
  { name: "pictures as previews", address: `${film}/tasks/frame-01`, shows: "text=frame.png" },
  { name: "hostile names", address: `${job(hostileJob)}/tasks/names`, shows: "text=invoice" },
  {
    name: "the keys of a task",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: openHelp,
  },
  {
    name: "files chosen",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: selectMetrics,
  },
  {
    name: "the question before deleting",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: async (page) => {
      await selectMetrics(page);
      await openDialog("Delete…", "alertdialog")(page);
    },
  },
  {
    name: "the offer of a link",
    address: `${training}/tasks/fold-1`,
    shows: "text=metrics.json",
    act: async (page) => {
      await selectMetrics(page);
      await openDialog("Time-limited link…")(page);
    },
  },
  { name: "an address of nothing", address: "nowhere", shows: "text=Show the jobs" },
];

/** Logs, and what is done in them. */
const logs: readonly Screen[] = [
  { name: "a log", address: log(readingTask), shows: "text=the end of the log" },
  { name: "the start of a log, wrapped", address: log(readingTask, "?at=0&wrap=1"), shows: "text=step 2:" },
  {
    name: "an earlier attempt",
    address: log("retried"),
    shows: "text=all steps are done",
    act: async (page) => {
      await page.getByRole("link", { name: "Attempt 1" }).click();
      await page.getByText("disk full: /mnt/batch/a1").waitFor();
    },
  },
  {
    name: "two attempts compared",
    address: log("retried"),
    shows: "text=all steps are done",
    act: async (page) => {
      await page.getByRole("button", { name: "Compare attempts" }).click();
      await page.getByText("1 difference", { exact: true }).waitFor();
      await page.keyboard.press("i");
      await page.getByText("… 397 equal lines").waitFor();
    },
  },
  { name: "two logs side by side", address: log("timed", "?show=side"), shows: "text=warning 49" },
  { name: "two logs merged", address: log("timed", "?show=merged"), shows: "text=Merged by the times" },
  {
    name: "errors of a log",
    address: log("troubled"),
    shows: "text=2 errors",
    act: async (page) => {
      await page.keyboard.press("e");
      await page.locator("[data-hit]").waitFor();
    },
  },
  {
    name: "a search of a log",
    address: log("troubled", "?find=STEP+12..%3A&regex=1"),
    shows: "[data-hit] mark",
  },
  {
    name: "folded groups",
    address: log("grouped"),
    shows: "text=KeyError: 'day'",
    act: async (page) => {
      await page.getByRole("button", { name: "Fold all groups (z)" }).waitFor();
      await page.locator(".pane").press("z");
      await page.getByText("folded").first().waitFor();
    },
  },
  { name: "selected lines", address: log("troubled", "?at=30&to=61"), shows: "[data-selected]" },
  {
    name: "the offer to share",
    address: log("troubled", "?at=30&to=61"),
    shows: "[data-selected]",
    act: openDialog("Share…"),
  },
  { name: "the keys of a log", address: log("troubled"), shows: "text=2 errors", act: openHelp },
  { name: "records in JSON", address: log("records"), shows: "text=info saved" },
  {
    name: "a packed log",
    address: view(readingJob, "packed", TaskOutputKind.TaskLog, "app.log.gz"),
    shows: "text=CUDA out of memory",
  },
  {
    name: "an empty log",
    address: view(nightJob, longTask, TaskOutputKind.TaskLog, "empty.txt"),
    shows: "text=Empty file",
  },
  {
    name: "progress bars, with times",
    address: view(nightJob, longTask, TaskOutputKind.TaskLog, "stdout.txt"),
    shows: "text=100 %",
    act: async (page) => {
      await page.locator(".pane").press("t");
      await page.getByText(/Times within|No times of lines/).waitFor();
    },
  },
  { name: "a log that is not there", address: log("nobody"), shows: "role=alert" },
];

/** Files of every kind. */
const files: readonly Screen[] = [
  { name: "a picture", address: file("film.webp"), shows: "text=960 × 720" },
  {
    name: "a picture among others",
    address: view(readingJob, "frame-2", TaskOutputKind.TaskOutput, "frame.png"),
    shows: "text=2 of 4",
  },
  { name: "a drawing", address: file("drawing.svg"), shows: "text=320 × 200" },
  { name: "sound", address: file("tone.wav"), shows: "text=audio/wav" },
  { name: "a PDF", address: file("report.pdf"), shows: "text=Page 1 of 1" },
  { name: "Markdown", address: file("notes.md"), shows: "text=to do" },
  { name: "JSON", address: file("metrics.json"), shows: "text=folds" },
  { name: "lines of JSON", address: file("events.ndjson"), shows: "text=event 3" },
  { name: "a table", address: file("small.csv"), shows: "text=1374" },
  { name: "a long table", address: file("table.csv"), shows: "text=Rows 1 to" },
  { name: "a notebook", address: file("analysis.ipynb"), shows: "text=Precipitation" },
  { name: "a Parquet file", address: file("rows.parquet"), shows: "text=region-" },
  { name: "an Arrow file", address: file("rows.feather"), shows: "text=9007199254740993" },
  { name: "a broken Arrow file", address: file("cut.feather"), shows: "text=It ends early" },
  { name: "the files in an archive", address: file("results.zip"), shows: "text=summary.txt" },
  {
    name: "a file in an archive",
    address: file("results.zip", "?entry=summary.txt"),
    shows: "text=a summary of the numbers",
  },
  { name: "source code", address: file("main.py"), shows: "text=total" },
  { name: "HTML", address: file("report.html"), shows: "text=Shown without scripts" },
  { name: "text", address: file("plain.txt"), shows: "text=in two lines" },
  { name: "text in UTF-16", address: file("utf16.txt"), shows: "text=größe 1" },
  { name: "bytes", address: file("weights.bin"), shows: "text=00000000" },
  { name: "an empty file", address: file("empty.txt"), shows: "text=Empty file" },
  { name: "a file that is not there", address: file("nothing.csv"), shows: "role=alert" },
];

/** Every screen that one viewer has without a Batch account. */
export const screens: readonly Screen[] = [...lists, ...logs, ...files];
