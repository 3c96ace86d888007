import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { BlobServiceClient } from "@azure/storage-blob";
import sharp from "sharp";
import { expect, test, vi } from "vitest";

import { packApplications } from "../../examples/persist-outputs/local-applications.js";
import { BatchAccountClient } from "../../src/batch/index.js";
import { startLocalBatch } from "../../src/local-batch/index.js";
import { startAzurite } from "../support/azurite.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { conditionTimeoutInMs } from "../support/time-limits.js";
import { processesIn } from "./processes-in.js";
import { startPersistOutputs } from "./run-persist-outputs.js";

const small = ["--frames", "4", "--width", "160"];
const frameTasks = ["frame-01", "frame-02", "frame-03", "frame-04"];

/** The full path of each file that the table tells of, by kind, task and file. */
function filesInTable(stdout: string): Map<string, string> {
  const [, directory = ""] = /^Downloaded to (.+):$/m.exec(stdout) ?? [];
  const cells = stdout.split("\n").map((line) => line.split(/ {2,}/));
  const rows = cells.filter(
    ([kind, ...others]) => others.length === 4 && kind !== "Kind" && !kind?.startsWith("─"),
  );
  return new Map(
    rows.map(([kind, task, file = "", , folder = ""]) => [
      `${kind} ${task} ${file}`,
      resolve(directory, folder, file),
    ]),
  );
}

const builtExample = join(import.meta.dirname, "../../examples/build/persist-outputs");

/** What is kept beside what every way keeps. */
const alsoKept = {
  library: () => [],
  cli: (tasks: readonly string[]) => tasks.map((task) => `TaskLog ${task} stderr.txt`),
  "output-files": (tasks: readonly string[]) => tasks.map((task) => `TaskLog ${task} stderr.txt`),
};

const ways = ["library", "cli", "output-files"] as const;

test.each(ways)(
  "renders a film with %s, lists all outputs of its tasks, and downloads it byte for byte",
  async (way) => {
    const directory = createTemporaryFolder();
    const args = [...small, "--way", way, "--directory", directory];
    const { status, stdout, stderr } = await startPersistOutputs(args).finished;
    expect(stderr).not.toContain("rror");
    expect(status).toBe(0);
    expect(stdout + stderr).not.toContain("sig=");
    expect(processesIn(directory)).toEqual([]);

    const files = filesInTable(stdout);
    const expected = [
      ...frameTasks.flatMap((task) => [
        `TaskOutput ${task} frame_full_res.jpg`,
        `TaskPreview ${task} frame_low_res.jpg`,
        `TaskIntermediate ${task} frame_depth.png`,
        `TaskLog ${task} stdout.txt`,
        `TaskLog ${task} progress.log`,
      ]),
      "TaskLog merge-film stdout.txt",
      "JobOutput (the job) film.webp",
      "JobPreview (the job) film_preview.webp",
      ...alsoKept[way]([...frameTasks, "merge-film"]),
    ];
    expect([...files.keys()].toSorted()).toEqual(expected.toSorted());

    const download = (row: string): string => files.get(row) ?? "";
    for (const task of frameTasks) {
      const log = await readFile(download(`TaskLog ${task} stdout.txt`), "utf8");
      const written = [...log.matchAll(/^(\S+): \d+ bytes, SHA-256 ([0-9a-f]{64})$/gm)];
      expect(written).toHaveLength(3);
      const progress = await readFile(download(`TaskLog ${task} progress.log`), "utf8");
      expect(progress).toMatch(/^\S+ drawing\n\S+ drawn\n/);
      for (const [, file = "", digest] of written) {
        const [row = ""] = expected.filter((name) => name.endsWith(` ${task} ${file}`));
        const bytes = await readFile(download(row));
        expect(createHash("sha256").update(bytes).digest("hex")).toBe(digest);
      }
    }

    const film = await sharp(download("JobOutput (the job) film.webp"), { pages: -1 }).metadata();
    expect(film).toMatchObject({ format: "webp", pages: 4, width: 160, pageHeight: 120, loop: 0 });
    const preview = await sharp(download("JobPreview (the job) film_preview.webp"), { pages: -1 }).metadata();
    expect(preview).toMatchObject({ format: "webp", pages: 4, width: 40, pageHeight: 30 });
    const depth = await sharp(download("TaskIntermediate frame-01 frame_depth.png")).metadata();
    expect(depth).toMatchObject({ format: "png", depth: "ushort", channels: 1, width: 160, height: 120 });
    expect(stdout).toContain(`The film: ${download("JobOutput (the job) film.webp")}`);
  },
);

// The service is in this process, where the exchanges of the tests are checked: those of every way's client.
test.each(ways)(
  "with %s, runs on the Batch account of AZURE_BATCH_ENDPOINT, and leaves neither job nor pool there",
  async (way) => {
    await using azurite = await startAzurite();
    const applicationPackages = await packApplications(createTemporaryFolder(), builtExample);
    await using service = await startLocalBatch({ applicationPackages });
    const size = ["--frames", "2", "--width", "64"];
    const run = startPersistOutputs([...size, "--way", way, "--directory", createTemporaryFolder()], {
      AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
      AZURE_BATCH_ENDPOINT: service.endpoint,
      AZURE_BATCH_ACCOUNT: service.accountName,
      AZURE_BATCH_ACCESS_KEY: service.accountKey,
    });
    const { status, stderr } = await run.finished;
    expect(stderr).toContain(`Its tasks run on ${new URL(service.endpoint).host}.`);
    expect(stderr).not.toContain(service.accountKey);
    expect(status).toBe(0);
    const { endpoint, accountName: name, accountKey: key } = service;
    const client = new BatchAccountClient(endpoint, { name, key });
    await vi.waitUntil(async () => (await client.listJobs().next()).done === true, {
      timeout: conditionTimeoutInMs,
    });
  },
);

test("leaves only the downloaded outputs, and a second run is stored beside the first", async () => {
  const directory = createTemporaryFolder();
  const args = ["--frames", "2", "--width", "64", "--directory", directory];
  for (const run of [1, 2]) {
    expect(await startPersistOutputs(args).finished).toMatchObject({ status: 0 });
    expect(readdirSync(directory)).toHaveLength(run);
  }
  for (const job of readdirSync(directory)) {
    expect(readdirSync(join(directory, job))).toEqual(["outputs"]);
  }
});

test("keeps the outputs in the account of AZURE_STORAGE_CONNECTION_STRING", async () => {
  await using azurite = await startAzurite();
  const directory = createTemporaryFolder();
  const run = startPersistOutputs(["--frames", "2", "--width", "64", "--directory", directory], {
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString,
  });
  expect(await run.finished).toMatchObject({ status: 0 });

  const service = BlobServiceClient.fromConnectionString(azurite.connectionString);
  const names: string[] = [];
  for await (const container of service.listContainers()) {
    expect(container.name).toMatch(/^job-film-/);
    for await (const blob of service.getContainerClient(container.name).listBlobsFlat())
      names.push(blob.name);
  }
  expect(names.toSorted()).toEqual([
    "$JobOutput/film.webp",
    "$JobPreview/film_preview.webp",
    ...["frame-01", "frame-02"].flatMap((task) => [
      `${task}/$TaskIntermediate/frame_depth.png`,
      `${task}/$TaskLog/progress.log`,
      `${task}/$TaskLog/stdout.txt`,
      `${task}/$TaskOutput/frame_full_res.jpg`,
      `${task}/$TaskPreview/frame_low_res.jpg`,
    ]),
    "merge-film/$TaskLog/stdout.txt",
  ]);
});

test("names the task that failed, shows the end of its stderr, and exits with 1", async () => {
  await using azurite = await startAzurite();
  await using proxy = await startFaultProxy(azurite.blobEndpoint, {
    onRequest: ({ operation, url }) =>
      operation === "PutBlob" && url.includes("/frame-02/") && url.includes("frame_full_res")
        ? { kind: "answer", status: 403, code: "AuthorizationPermissionMismatch" }
        : undefined,
  });
  const directory = createTemporaryFolder();
  const run = startPersistOutputs([...small, "--directory", directory], {
    AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint),
  });
  const { status, stdout, stderr } = await run.finished;
  expect(status).toBe(1);
  expect(stderr).toMatch(/^Task frame-02 failed: it ended with exit code 1\.$/m);
  expect(stderr).toContain("frame_full_res.jpg");
  expect(stderr).not.toContain("sig=");
  expect(stdout).toBe("");
  expect(processesIn(directory)).toEqual([]);
});

test("Ctrl-C ends the tasks and Azurite, removes its files, and exits with 130", async () => {
  const directory = createTemporaryFolder();
  const run = startPersistOutputs(["--frames", "40", "--width", "160", "--directory", directory]);
  await run.untilStderr("frame-01 completed");
  expect(processesIn(directory)).not.toEqual([]);
  run.process.kill("SIGINT");
  expect(await run.finished).toMatchObject({ status: 130, stdout: "" });
  expect(processesIn(directory)).toEqual([]);
  expect(readdirSync(directory)).toEqual([]);
});

test("Azurite exits when its client is killed", async () => {
  const directory = createTemporaryFolder();
  const run = startPersistOutputs(["--frames", "40", "--width", "160", "--directory", directory]);
  await run.untilStderr("frame-01 completed");
  const isAzurite = ({ text }: { text: string }): boolean => text.includes("azurite");
  expect(processesIn(directory).filter(isAzurite)).toHaveLength(1);
  run.process.kill("SIGKILL");
  await run.finished;
  await vi.waitUntil(() => !processesIn(directory).some(isAzurite), { timeout: conditionTimeoutInMs });
  // Tasks end by themselves, but only once they have given up finding their storage.
  for (const { id } of processesIn(directory)) process.kill(id, "SIGKILL");
  await vi.waitUntil(() => processesIn(directory).length === 0, { timeout: conditionTimeoutInMs });
});

test.each([
  [["--frames", "1"], '--frames must be a whole number from 2 to 120, but is "1".'],
  [["--width", "wide"], '--width must be a whole number from 64 to 1280, but is "wide".'],
  [["--way", "pigeon"], '--way must be one of library, cli, output-files, but is "pigeon".'],
  [["--colour"], "Unknown option '--colour'"],
])("%j is rejected with the usage and exit status 2", async (args, problem) => {
  const { status, stdout, stderr } = await startPersistOutputs(args).finished;
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toContain(problem);
  expect(stderr).toContain("npm start -- [--frames COUNT]");
});

test("a directory that cannot be created is reported, with exit status 1", async () => {
  const file = join(createTemporaryFolder(), "a-file");
  await writeFile(file, "");
  const { status, stderr } = await startPersistOutputs(["--directory", join(file, "films")]).finished;
  expect(status).toBe(1);
  expect(stderr).toContain(join(file, "films"));
  expect(processesIn(file)).toEqual([]);
});
