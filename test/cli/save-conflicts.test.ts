import { mkdirSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { type CliJob, listBlobNames, runCli, setUpCliJob } from "../support/cli.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { createNodeCommand, readStored } from "./support/commands.js";

/** The folder of a task as Batch makes it, with these files in its working directory or, with "../", above it. */
function createTaskFolder(files: Readonly<Record<string, string>>): { folder: string; cwd: string } {
  const folder = createTemporaryFolder();
  const cwd = join(folder, "wd");
  mkdirSync(cwd);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  return { folder, cwd };
}

const guideFile = "outputs:\n  - kind: TaskLog\n    files: ../std*.txt\n";
const twoResults = `outputs:
  - { kind: TaskOutput, files: other.csv }
  - { kind: TaskOutput, files: result.csv }
  - { kind: TaskOutput, files: "../result.csv" }
`;

async function readLog(job: CliJob, name: string): Promise<string | undefined> {
  return (await readStored(job, `t1/$TaskLog/${name}`))?.toString();
}

/** Without the record of the run. */
async function listOutputNames(job: CliJob): Promise<string[]> {
  return (await listBlobNames(job)).filter((name) => !name.startsWith(".batch-outputs/"));
}

describe("the logs of run are not replaced by its saves", () => {
  it("when a pattern matches the files that Batch writes the same output to", async () => {
    const job = await setUpCliJob();
    const { folder, cwd } = createTaskFolder({
      "outputs.yaml": guideFile,
      "../stdout.txt": "of Batch",
      "../stderr.txt": "",
      "../std-notes.txt": "notes",
    });
    const run = await runCli(
      ["run", "--outputs-file", "outputs.yaml", "--", ...createNodeCommand('console.log("of the command")')],
      { env: { ...job.taskEnv, AZ_BATCH_TASK_DIR: folder }, cwd },
    );
    expect(run.status).toBe(0);
    expect(run.stderr).toContain(
      `skipped: ${join(folder, "stdout.txt")}: run itself stores it as TaskLog "stdout.txt" of task t1`,
    );
    expect(await readLog(job, "stdout.txt")).toBe("of the command\n");
    expect(await readLog(job, "std-notes.txt")).toBe("notes");
  });

  it("when its own standard output is a file that a rule names", async () => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({});
    const run = await runCli(
      ["run", "--save", "TaskLog=stdout.txt", "--", ...createNodeCommand('console.log("a")')],
      { env: job.taskEnv, cwd, stdout: openSync(join(cwd, "stdout.txt"), "w") },
    );
    expect(run.status).toBe(0);
    expect(await readLog(job, "stdout.txt")).toBe("a\n");
  });

  it("by another file that a pattern matches, which is an error", async () => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({
      "stdout.txt": "other",
      "stdout.attempt-1.txt": "other",
      "std.txt": "saved",
    });
    const run = await runCli(
      ["run", "--save", "TaskLog=std*.txt", "--", ...createNodeCommand('console.log("of the command")')],
      { env: job.taskEnv, cwd },
    );
    expect(run.status).toBe(1);
    for (const name of ["stdout.txt", "stdout.attempt-1.txt"])
      expect(run.stderr).toMatch(
        new RegExp(`failed: .*${name}: It was not saved as TaskLog "${name}" .*\\(DestinationConflict\\)`),
      );
    expect(await readLog(job, "stdout.txt")).toBe("of the command\n");
    expect(await readLog(job, "stdout.attempt-1.txt")).toBeUndefined();
    expect(await readLog(job, "std.txt")).toBe("saved");
  });

  it("when the node of a subtask saves the output of the subtask", async () => {
    const job = await setUpCliJob();
    const { folder, cwd } = createTaskFolder({ "../stdout.txt": "of Batch" });
    const run = await runCli(["run", "--save", "TaskLog=../std*.txt", "--", ...createNodeCommand("")], {
      env: {
        ...job.taskEnv,
        AZ_BATCH_TASK_DIR: folder,
        AZ_BATCH_IS_CURRENT_NODE_MASTER: "false",
        AZ_BATCH_NODE_ID: "n1",
      },
      cwd,
    });
    expect(run.status).toBe(0);
    // That of the primary task.
    expect(await readLog(job, "stdout.txt")).toBeUndefined();
  });

  it.each([
    [
      "a rule",
      ["--save", "TaskLog=stdout.txt"],
      "{}",
      /stdout\.txt cannot be saved as TaskLog "stdout\.txt"/,
    ],
    ["a rule for a log of an earlier attempt", ["--save", "TaskLog=stderr.attempt-2.txt"], "{}", /stderr/],
    [
      "a tracked file",
      [],
      '{ "file": "stdout.txt" }',
      /stdout\.txt cannot be tracked as TaskLog "stdout\.txt"/,
    ],
    [
      "two tracked files",
      [],
      '{ "file": "a.log" }, { "file": "../a.log" }',
      /\.\.\/a\.log cannot be tracked as TaskLog "a\.log"/,
    ],
  ])("by %s that names another file: nothing is started", async (_, args, tracked, message) => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({
      "outputs.json": `{ "tracked": [${tracked === "{}" ? "" : tracked}] }`,
    });
    const run = await runCli(
      ["run", "-f", "outputs.json", ...args, "--", ...createNodeCommand('console.log("started")')],
      { env: job.taskEnv, cwd },
    );
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toMatch(message);
  });

  it("when a pattern matches a tracked file", async () => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({
      "outputs.json": '{ "tracked": [{ "file": "train.log" }, { "file": "train.log" }] }',
      "train.log": "lines\n",
    });
    const run = await runCli(
      ["run", "-f", "outputs.json", "--save", "TaskLog=*.log", "--", ...createNodeCommand("")],
      { env: job.taskEnv, cwd },
    );
    expect(run.status).toBe(0);
    expect(run.stderr).toContain(`train.log: run itself stores it as TaskLog "train.log"`);
    expect(await readLog(job, "train.log")).toBe("lines\n");
  });
});

describe("different files with one output", () => {
  const files = { "other.csv": "other", "result.csv": "inner", "../result.csv": "outer" };

  it.each([["save"], ["save --dry-run"]])("are an error of %s, and nothing is saved", async (command) => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({ ...files, "outputs.yaml": twoResults });
    const saved = await runCli([...command.split(" "), "-f", "outputs.yaml"], { env: job.taskEnv, cwd });
    expect(saved).toMatchObject({ status: 1, stdout: "" });
    expect(saved.stderr).toMatch(
      /Two files would be saved as TaskOutput "result\.csv".*\(DestinationConflict\)/,
    );
    expect(await listBlobNames(job)).toEqual([]);
  });

  it("are an error of run if the rules name them: nothing is started", async () => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({ "outputs.yaml": twoResults });
    const run = await runCli(
      ["run", "-f", "outputs.yaml", "--", ...createNodeCommand('console.log("started")')],
      { env: job.taskEnv, cwd },
    );
    expect(run).toMatchObject({ status: 2, stdout: "" });
    expect(run.stderr).toContain('would both be saved as TaskOutput "result.csv"');
  });

  it("are not saved by run if patterns match them, and the others are", async () => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder(files);
    const rules = ["--save", "TaskOutput=*.csv", "--save", "TaskOutput=../*.csv"];
    const run = await runCli(["run", "--no-logs", ...rules, "--", ...createNodeCommand("")], {
      env: job.taskEnv,
      cwd,
    });
    expect(run.status).toBe(1);
    expect(run.stderr.match(/^failed: .*result\.csv: .*\(DestinationConflict\)$/gm)).toHaveLength(2);
    expect(await listOutputNames(job)).toEqual(["t1/$TaskOutput/other.csv"]);
  });

  it("are no conflict if they are folders with different files", async () => {
    const job = await setUpCliJob();
    const { folder, cwd } = createTaskFolder({});
    for (const [place, name] of [
      [cwd, "a"],
      [folder, "b"],
    ] as const) {
      mkdirSync(join(place, "results"));
      writeFileSync(join(place, "results", name), name);
    }
    const rules = ["--save", "TaskOutput=results", "--save", "TaskOutput=../results"];
    const run = await runCli(["run", "--no-logs", ...rules, "--", ...createNodeCommand("")], {
      env: job.taskEnv,
      cwd,
    });
    expect(run.status).toBe(0);
    expect(await listOutputNames(job)).toEqual(["t1/$TaskOutput/results/a", "t1/$TaskOutput/results/b"]);
  });
});

it.each([["save"], ["run"]])(
  "%s saves a file once that several rules match, as the last of them says",
  async (command) => {
    const job = await setUpCliJob();
    const { cwd } = createTaskFolder({
      "a.csv": "a",
      "outputs.yaml": `outputs:
  - { kind: TaskOutput, files: "*.csv", contentType: text/plain }
  - { kind: TaskOutput, files: a.csv, contentType: text/csv }
`,
    });
    const end = command === "run" ? ["--no-logs", "--", ...createNodeCommand("")] : [];
    const saved = await runCli([command, "-f", "outputs.yaml", ...end], { env: job.taskEnv, cwd });
    expect(saved.status).toBe(0);
    expect(saved.stderr).toMatch(/Saved 0 files .*\nSaved 1 file /);
    const { objects } = await runCli(["list", "--json"], { env: job.taskEnv });
    expect(objects).toMatchObject([{ path: "a.csv", contentType: "text/csv" }]);
  },
);
