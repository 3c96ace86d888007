import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

import { listBlobNames, type CliJob, setUpCliJob, putBlob, runCli, startCli } from "../support/cli.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { makeGate } from "../support/faults.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

function folderWith(files: Record<string, string>): string {
  const folder = createTemporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

async function propertiesOf(job: CliJob, blob: string) {
  return await useSharedAzurite()
    .serviceClient()
    .getContainerClient(job.containerName)
    .getBlobClient(blob)
    .getProperties();
}

describe("save", () => {
  it("warns of a kind that is nearly a predefined one, and saves it", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.csv": "1" });
    const options = { cwd, env: job.taskEnv };
    const saved = await runCli(["save", "taskoutput", "a.csv"], options);
    expect(saved.status).toBe(0);
    expect(saved.stderr).toMatch(
      /^warning: The output kind "taskoutput" is not the predefined kind TaskOutput: kinds are case-sensitive\./,
    );
    expect(await listBlobNames(job)).toEqual(["t1/$taskoutput/a.csv"]);
    for (const args of [
      ["track", "a.csv", "--kind", "Task-Log", "--dry-run"],
      ["run", "--save", "joboutput=*.csv", "--dry-run", "--", "true"],
    ])
      expect((await runCli(args, options)).stderr).toMatch(/^warning: The output kind "/);
    for (const kind of ["TaskOuput", "TaskOutputs", "taskoutptu"])
      expect((await runCli(["save", kind, "a.csv", "--dry-run"], options)).stderr).toMatch(
        /^warning: The output kind "\w+" is none of the predefined kinds\. Did you mean TaskOutput\?/,
      );
    for (const kind of ["TaskOutput", "AppLog", "TaskOutput2"])
      expect((await runCli(["save", kind, "a.csv"], options)).stderr).not.toContain("warning");
  });

  it("warns if the container is not that of the job that Batch names, and saves into it", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.csv": "1" });
    const url = (await runCli(["url"], { env: job.env })).stdout.trim();
    const env = { AZURE_BATCH_OUTPUTS_CONTAINER_URL: url, AZ_BATCH_JOB_ID: "other", AZ_BATCH_TASK_ID: "t1" };
    const warning =
      /^warning: AZURE_BATCH_OUTPUTS_CONTAINER_URL names container "job-[^"]+", which is not that of job "other"/;
    for (const args of [
      ["save", "TaskOutput", "a.csv"],
      ["run", "--", process.execPath, "--version"],
      ["track", "--once", "a.csv"],
    ]) {
      const { status, stderr } = await runCli(args, { cwd, env });
      expect(status).toBe(0);
      expect(stderr.match(/^warning: /gm)).toHaveLength(1);
      expect(stderr).toMatch(warning);
    }
    expect(await listBlobNames(job)).toContain("t1/$TaskOutput/a.csv");
    const own = await runCli(["save", "TaskOutput", "a.csv"], {
      cwd,
      env: { ...env, AZ_BATCH_JOB_ID: job.jobId },
    });
    expect(own.stderr).not.toContain("warning");
  });

  it("saves the files of quoted globs, folders and paths, and writes messages only to standard error", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({
      "results/a.csv": "1",
      "results/deep/b.csv": "22",
      "model.bin": "333",
      "no.txt": "",
    });
    const saved = await runCli(["save", "TaskOutput", "results/**/*.csv", "model.bin"], {
      cwd,
      env: job.taskEnv,
    });
    expect(saved).toMatchObject({ status: 0, stdout: "" });
    expect(saved.stderr).toBe(`Saved 3 files (6 B) as TaskOutput of task t1 of job ${job.jobId}.\n`);
    expect(await listBlobNames(job)).toEqual([
      "t1/$TaskOutput/model.bin",
      "t1/$TaskOutput/results/a.csv",
      "t1/$TaskOutput/results/deep/b.csv",
    ]);
  });

  it("reports each file with --json: saved, unchanged, skipped, failed", async () => {
    const job = await setUpCliJob();
    await putBlob(job, "t1/$TaskOutput/there.txt", "other");
    const cwd = folderWith({ "new.txt": "new", "there.txt": "there", "bad.": "x" });
    symlinkSync("new.txt", join(cwd, "link.txt"));
    const args = ["save", "TaskOutput", "*", "--overwrite", "never", "--json"];
    const saved = await runCli(args, { cwd, env: job.taskEnv });
    const about = { jobId: job.jobId, taskId: "t1", kind: "TaskOutput" };
    expect(saved.objects).toEqual([
      {
        ...about,
        path: "bad.",
        sourcePath: join(cwd, "bad."),
        status: "failed",
        error: { code: "UnsupportedName", message: expect.stringContaining("ends in a dot") as string },
      },
      {
        ...about,
        path: "link.txt",
        sourcePath: join(cwd, "link.txt"),
        status: "skipped",
        reason: "symbolic link",
      },
      {
        ...about,
        path: "new.txt",
        sourcePath: join(cwd, "new.txt"),
        status: "saved",
        size: 3,
        url: expect.stringMatching(/\/t1\/%24TaskOutput\/new\.txt$/) as string,
      },
      {
        ...about,
        path: "there.txt",
        sourcePath: join(cwd, "there.txt"),
        status: "skipped",
        reason: "exists",
      },
    ]);
    expect(saved.status).toBe(5);
    const again = await runCli(["save", "TaskOutput", "new.txt", "--overwrite", "if-changed", "--json"], {
      cwd,
      env: job.taskEnv,
    });
    expect(again.objects).toMatchObject([{ status: "unchanged", size: 3 }]);
  });

  it("saves for the job with --no-task, and by flags instead of variables", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "film.mp4": "film" });
    expect(
      (await runCli(["save", "JobOutput", "film.mp4", "--no-task"], { cwd, env: job.taskEnv })).status,
    ).toBe(0);
    const other = await setUpCliJob();
    const args = ["save", "TaskOutput", "film.mp4", "--job", other.jobId, "--task", "t9"];
    expect((await runCli(args, { cwd, env: job.taskEnv })).status).toBe(0);
    expect(await listBlobNames(job)).toEqual(["$JobOutput/film.mp4"]);
    expect(await listBlobNames(other)).toEqual(["t9/$TaskOutput/film.mp4"]);
  });

  it("gives one file another name, and many another folder", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "out.png": "png", "b.png": "b" });
    const one = ["save", "TaskPreview", "out.png", "--destination", "small/preview.png"];
    expect((await runCli(one, { cwd, env: job.taskEnv })).status).toBe(0);
    const many = ["save", "TaskPreview", "*.png", "--destination", "all/"];
    expect((await runCli(many, { cwd, env: job.taskEnv })).status).toBe(0);
    expect(await listBlobNames(job)).toEqual([
      "t1/$TaskPreview/all/b.png",
      "t1/$TaskPreview/all/out.png",
      "t1/$TaskPreview/small/preview.png",
    ]);
    const unclear = await runCli(["save", "TaskPreview", "*.png", "--destination", "all"], {
      cwd,
      env: job.taskEnv,
    });
    expect(unclear).toMatchObject({ status: 2, stdout: "" });
    expect(unclear.stderr).toContain('add "/" at the end');
  });

  it("saves standard input", async () => {
    const job = await setUpCliJob();
    const args = ["save", "TaskOutput", "-", "--destination", "report.txt"];
    const saved = await runCli(args, { env: job.taskEnv, stdin: "what a program prints" });
    expect(saved).toMatchObject({ status: 0, stdout: "" });
    const read = await runCli(["cat", "TaskOutput", "report.txt"], { env: job.taskEnv });
    expect(read.stdout).toBe("what a program prints");
    expect((await runCli(["save", "TaskOutput", "-"], { env: job.taskEnv })).status).toBe(2);
  });

  it("stores content type and metadata", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.dat": "x" });
    const args = [
      "save",
      "TaskOutput",
      "a.dat",
      "--content-type",
      "text/x-mine",
      "--metadata",
      "a=1",
      "--metadata",
      "b=x=y",
    ];
    expect((await runCli(args, { cwd, env: job.taskEnv })).status).toBe(0);
    const { contentType, metadata } = await propertiesOf(job, "t1/$TaskOutput/a.dat");
    expect({ contentType, metadata }).toEqual({ contentType: "text/x-mine", metadata: { a: "1", b: "x=y" } });
    const bad = await runCli(["save", "TaskOutput", "a.dat", "--metadata", "none"], {
      cwd,
      env: job.taskEnv,
    });
    expect(bad).toMatchObject({ status: 2 });
  });

  it("omits files that match --exclude, and includes hidden files and links on request", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.txt": "a", "a.tmp": "t", ".env": "secret" });
    symlinkSync("a.txt", join(cwd, "link"));
    const args = ["save", "TaskOutput", "*", "--exclude", "*.tmp", "--include-hidden", "--follow-symlinks"];
    expect((await runCli(args, { cwd, env: job.taskEnv })).status).toBe(0);
    expect(await listBlobNames(job)).toEqual([
      "t1/$TaskOutput/.env",
      "t1/$TaskOutput/a.txt",
      "t1/$TaskOutput/link",
    ]);
  });

  it("fails, warns or is silent if no file matches", async () => {
    const job = await setUpCliJob();
    const run = (...flags: string[]) =>
      runCli(["save", "TaskOutput", "none*", ...flags], { env: job.taskEnv });
    const failed = await run();
    expect(failed).toMatchObject({ status: 3, stdout: "" });
    expect(failed.stderr).toMatch(/No file matches "none\*" in .*\(NothingMatched\)/);
    const warned = await run("--if-no-files-found", "warn");
    expect(warned).toMatchObject({ status: 0 });
    expect(warned.stderr).toContain('warning: No file matches "none*"');
    const ignored = await run("--if-no-files-found", "ignore");
    expect(ignored).toMatchObject({ status: 0 });
    expect(ignored.stderr).not.toContain("No file matches");
  });

  it("lists with --dry-run what it would save", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.txt": "a", "b/c.txt": "c" });
    const plain = await runCli(["save", "TaskOutput", "**", "-n"], { cwd, env: job.taskEnv });
    expect(plain.stdout).toBe(
      `would save ${join(cwd, "a.txt")} as TaskOutput "a.txt"\nwould save ${join(cwd, "b/c.txt")} as TaskOutput "b/c.txt"\n`,
    );
    const json = await runCli(["save", "TaskOutput", "a.txt", "-d", "z", "--dry-run", "--json"], {
      cwd,
      env: job.taskEnv,
    });
    expect(json.objects).toMatchObject([{ status: "planned", path: "z", sourcePath: "a.txt" }]);
    expect(await listBlobNames(job)).toEqual([]);
  });

  it.each([
    ["a kind with a slash", ["save", "a/b", "x.txt"], /The argument <kind> must not contain/],
    ["no kind", ["save"], /Specify a kind and files/],
    ["no files", ["save", "TaskOutput"], /Specify a kind and files/],
    [
      "an unknown flag",
      ["save", "--overwrit"],
      /unknown option '--overwrit'[^]*Run `batch-outputs save --help` for help/,
    ],
    ["an unknown choice", ["save", "K", "f", "--overwrite", "often"], /always, never, if-changed/],
    ["no concurrency", ["save", "K", "f", "--concurrency", "0"], /whole number, 1 or more/],
  ])("rejects %s", async (_, args, message) => {
    const job = await setUpCliJob({ isPrepared: false });
    const refused = await runCli(args, { env: job.taskEnv, cwd: folderWith({ "x.txt": "x", f: "" }) });
    expect(refused).toMatchObject({ status: 2, stdout: "" });
    expect(refused.stderr).toMatch(message);
  });

  it("gives a hint for a job that is not prepared", async () => {
    const job = await setUpCliJob({ isPrepared: false });
    const failed = await runCli(["save", "TaskOutput", "x"], {
      env: job.taskEnv,
      cwd: folderWith({ x: "x" }),
    });
    expect(failed).toMatchObject({ status: 3, stdout: "" });
    expect(failed.stderr).toContain(`Run \`batch-outputs prepare --job ${job.jobId}\``);
  });

  it("continues with the others if a file disappears", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.txt": "a", "b.txt": "b" });
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    const gate = makeGate();
    proxy.onRequest = () => ({ kind: "delay", until: gate.opened });
    const connection = useSharedAzurite().connectionString.replace(
      useSharedAzurite().blobEndpoint,
      proxy.endpoint,
    );
    const child = startCli(["save", "TaskOutput", "*.txt", "--concurrency", "1", "--json"], {
      cwd,
      env: { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: connection },
    });
    await proxy.waitForRequest(({ operation }) => operation === "PutBlob");
    rmSync(join(cwd, "b.txt"));
    gate.open();
    const { status, objects, stderr } = await child.ended;
    expect(objects).toMatchObject([
      { path: "a.txt", status: "saved" },
      { path: "b.txt", status: "failed", error: { code: "ENOENT" } },
    ]);
    expect(status).toBe(5);
    expect(stderr).toMatch(/failed: .*b\.txt: Saving TaskOutput "b\.txt" of task "t1" .*: ENOENT/);
  });

  it("reports progress in lines without a terminal", async () => {
    const job = await setUpCliJob();
    const cwd = folderWith({ "a.txt": "a" });
    await using proxy = await startFaultProxy(useSharedAzurite().blobEndpoint);
    const gate = makeGate();
    proxy.onRequest = () => ({ kind: "delay", until: gate.opened });
    const connection = useSharedAzurite().connectionString.replace(
      useSharedAzurite().blobEndpoint,
      proxy.endpoint,
    );
    const env = { ...job.taskEnv, AZURE_STORAGE_CONNECTION_STRING: connection };
    const child = startCli(["save", "TaskOutput", "a.txt", "--progress-interval", "0.1s"], { cwd, env });
    let heard = "";
    await new Promise<void>((resolve) => {
      child.process.stderr?.on("data", (chunk: Buffer) => {
        heard += chunk.toString();
        if (heard.includes("\n")) resolve();
      });
    });
    gate.open();
    const { stderr, status } = await child.ended;
    expect(status).toBe(0);
    expect(stderr).toMatch(/^(?:Saving: 0 B, 0 B\/s\n)+/);
    expect(stderr).not.toContain("\r");
  });
});
