import { createHash } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { forEachConcurrently } from "../../../src/core/index.js";

import { JobOutputKind, TaskOutputKind } from "../../../src/conventions/index.js";
import { JobOutputStorage, type OutputFileReference, TaskOutputStorage } from "../../../src/outputs/index.js";
import { captureOurError } from "../../support/capture-error.js";
import { collectAll, setUpOutputs, prepareJob } from "../../support/output-fixture.js";
import { runProgram } from "../../support/run-program.js";
import { createJobId } from "../../support/create-job-id.js";
import { isHierarchical, testOnFlat } from "../../support/account-kind.js";

async function put(container: ContainerClient, ...names: string[]): Promise<void> {
  await forEachConcurrently(names, 16, async (name) => {
    await container.getBlockBlobClient(name).upload(name, Buffer.byteLength(name));
  });
}

/** `kind path` of each output. */
async function shown(outputs: AsyncIterable<OutputFileReference>): Promise<string[]> {
  return (await collectAll(outputs)).map(({ kind, filePath }) => `${kind} ${filePath}`);
}

test("outputs of a kind are listed in the order of their names, by their paths after the kind", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/stdout.txt", "t1/$TaskLog/a/b/c.txt", "t1/$TaskOutput/x", "t1/$TaskLog/B");
  const task = client.getTaskOutputStorage(jobId, "t1");
  expect(await shown(task.listOutputs(TaskOutputKind.TaskLog))).toEqual([
    "TaskLog B",
    "TaskLog a/b/c.txt",
    "TaskLog stdout.txt",
  ]);
});

test("without a kind all kinds are listed, custom ones too", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/a", "t1/$my kind/b", "t1/$TaskOutput/c");
  expect(await shown(client.getTaskOutputStorage(jobId, "t1").listOutputs())).toEqual([
    "TaskLog a",
    "TaskOutput c",
    "my kind b",
  ]);
});

test("D3: kinds that share a beginning never mix", async () => {
  const { client, jobId, stored } = await prepareJob();
  // A folder and a file cannot have one name in every account.
  if (!isHierarchical) await put(stored, "t1/$TaskOutput", "$JobOutput");
  await put(stored, "t1/$TaskOutput/x", "t1/$TaskOutput2/x", "t1/$TaskOutputExtra/y");
  await put(stored, "$JobOutput/x", "$JobOutput2/y");
  const task = client.getTaskOutputStorage(jobId, "t1");
  expect(await shown(task.listOutputs("TaskOutput"))).toEqual(["TaskOutput x"]);
  expect(await shown(task.listOutputs("TaskOutput2"))).toEqual(["TaskOutput2 x"]);
  expect(await shown(task.listOutputs("TaskOut"))).toEqual([]);
  const job = client.getJobOutputStorage(jobId);
  expect(await shown(job.listOutputs(JobOutputKind.JobOutput))).toEqual(["JobOutput x"]);
});

test("tasks whose ids share a beginning never mix, and letter case distinguishes tasks and kinds", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/one", "t10/$TaskLog/ten", "T1/$TaskLog/large", "t1/$tasklog/small");
  const listed = async (task: string, kind?: string): Promise<string[]> =>
    await shown(client.getTaskOutputStorage(jobId, task).listOutputs(kind));
  expect(await listed("t1", "TaskLog")).toEqual(["TaskLog one"]);
  expect(await listed("t10")).toEqual(["TaskLog ten"]);
  expect(await listed("T1")).toEqual(["TaskLog large"]);
  expect(await listed("t")).toEqual([]);
});

test("a job's own outputs and those of its tasks are listed apart, and all together on request", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "$JobOutput/film", "$JobPreview/small", "t1/$TaskLog/a", "t2/$TaskLog/a", "readme.txt");
  const job = client.getJobOutputStorage(jobId);
  expect(await shown(job.listOutputs())).toEqual(["JobOutput film", "JobPreview small"]);
  expect(await shown(client.getTaskOutputStorage(jobId, "t1").listOutputs())).toEqual(["TaskLog a"]);
  const everything = await collectAll(job.listAllOutputs());
  expect(everything.map(({ taskId, kind, filePath }) => [taskId, kind, filePath])).toEqual([
    [undefined, "JobOutput", "film"],
    [undefined, "JobPreview", "small"],
    ["t1", "TaskLog", "a"],
    ["t2", "TaskLog", "a"],
  ]);
});

test("a path prefix is compared with the start of the path, in one kind and in all", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/run/1", "t1/$TaskLog/run/2", "t1/$TaskLog/other", "t1/$TaskOutput/run/3");
  const task = client.getTaskOutputStorage(jobId, "t1");
  const pathPrefix = "run/";
  expect(await shown(task.listOutputs("TaskLog", { pathPrefix }))).toEqual([
    "TaskLog run/1",
    "TaskLog run/2",
  ]);
  expect(await shown(task.listOutputs(undefined, { pathPrefix }))).toEqual([
    "TaskLog run/1",
    "TaskLog run/2",
    "TaskOutput run/3",
  ]);
  expect(await shown(task.listOutputs("TaskLog", { pathPrefix: "oth" }))).toEqual(["TaskLog other"]);
  expect(await shown(task.listOutputs("TaskLog", { pathPrefix: "nothing" }))).toEqual([]);
});

test("names that do not follow the convention are skipped", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(
    stored,
    "readme.txt",
    "data/x",
    "$/x",
    "t1/$/x",
    "t1/TaskLog/x",
    ...(isHierarchical ? [] : ["$", "t1", "t1/$", "t1/$TaskLog"]),
  );
  await put(stored, "a b/$TaskOutput/x", `${"t".repeat(65)}/$TaskOutput/x`, "t1/sub/$TaskOutput/x");
  await put(stored, "t1/$TaskLog/real", "$JobOutput/real");
  const job = client.getJobOutputStorage(jobId);
  expect(await shown(job.listAllOutputs())).toEqual(["JobOutput real", "TaskLog real"]);
  expect(await shown(job.listOutputs())).toEqual(["JobOutput real"]);
  expect(await shown(client.getTaskOutputStorage(jobId, "t1").listOutputs())).toEqual(["TaskLog real"]);
});

test.each([
  "a//b",
  "trail.",
  "trail ",
  " lead",
  "007",
  "1e3",
  "true",
  "null",
  "amp&lt;.txt",
  "$x/$y",
  "tab\tx",
  "<a>",
])("%j, which other programs may write, is listed and fetched under its own name", async (path) => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, `t1/$TaskOutput/${path}`);
  const [output, ...more] = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs());
  expect(more).toEqual([]);
  expect(output?.filePath).toBe(path);
  expect(output?.url).toBe(stored.getBlobClient(`t1/$TaskOutput/${path}`).url);
  expect((await output?.downloadToBuffer())?.toString()).toBe(`t1/$TaskOutput/${path}`);
});

test("each output has its size, time, type, digest and job without a request of its own", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  const digest = createHash("md5").update("hello").digest();
  const blobHTTPHeaders = { blobContentType: "text/x-test", blobContentMD5: digest };
  for (let index = 0; index < 10; index += 1)
    await stored.getBlockBlobClient(`t1/$TaskLog/${index}`).upload("hello", 5, { blobHTTPHeaders });
  const properties = await stored.getBlobClient("t1/$TaskLog/3").getProperties();
  const outputs = await collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs());
  expect(outputs[3]).toMatchObject({
    jobId,
    taskId: "t1",
    kind: "TaskLog",
    filePath: "3",
    size: 5,
    contentType: "text/x-test",
    lastModified: properties.lastModified,
  });
  expect(Buffer.from(outputs[3]?.contentMD5 ?? []).equals(digest)).toBe(true);
  expect(outputs).toHaveLength(10);
  expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(["ListBlobs"]);
});

test("no request is made before the first item is requested", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  await put(stored, "t1/$TaskLog/a");
  const listing = client.getTaskOutputStorage(jobId, "t1").listOutputs();
  const pages = client.getTaskOutputStorage(jobId, "t1").listOutputs().byPage();
  await client.getTaskOutputStorage(jobId, "t1").getOutput("TaskLog", "a").exists();
  expect(proxy.exchanges.map(({ operation }) => operation)).toEqual(["GetBlobProperties"]);
  await listing.next();
  await pages.next();
  expect(proxy.exchanges.map(({ operation }) => operation).slice(1)).toEqual(["ListBlobs", "ListBlobs"]);
});

testOnFlat("pages")(
  "pages are as large as asked, and go on from their token, also in another process",
  async () => {
    const { client, jobId, stored, proxy } = await setUpOutputs();
    await put(stored, ...Array.from("abcdefg", (letter) => `t1/$TaskOutput/${letter}`));
    const list = () => client.getTaskOutputStorage(jobId, "t1").listOutputs();
    const sizes: number[] = [];
    for await (const page of list().byPage({ maxPageSize: 3 })) sizes.push(page.length);
    expect(sizes).toEqual([3, 3, 1]);
    expect(proxy.exchanges).toHaveLength(3);

    const [first] = await collectAll(list().byPage({ maxPageSize: 3 }));
    const TOKEN = first?.continuationToken ?? "";
    expect(TOKEN).not.toBe("");
    const program = `
    import { TaskOutputStorage } from "azure-batch-outputs";
    const { CONTAINER_URL, TOKEN } = process.env;
    const listing = new TaskOutputStorage(CONTAINER_URL, "t1").listOutputs();
    for await (const page of listing.byPage({ continuationToken: TOKEN, maxPageSize: 2 }))
      console.log(JSON.stringify(page.map((output) => output.filePath)));
  `;
    const CONTAINER_URL = await client.getOutputStorageContainerUrl(jobId);
    const { stdout, stderr } = await runProgram(program, { CONTAINER_URL, TOKEN });
    expect(stderr).toBe("");
    expect(stdout.trim().split("\n")).toEqual(['["d","e"]', '["f","g"]']);
  },
);

testOnFlat("pages")(
  "a page may be empty where all that it held was passed over, and the listing goes on",
  async () => {
    const { client, jobId, stored } = await prepareJob();
    await put(stored, "a", "b", "c", "t1/$TaskLog/x");
    const pages = await collectAll(
      client.getJobOutputStorage(jobId).listAllOutputs().byPage({ maxPageSize: 2 }),
    );
    expect(pages.map((page) => page.length)).toEqual([0, 1]);
  },
);

test("an empty container lists nothing", async () => {
  const { client, jobId } = await prepareJob();
  expect(await shown(client.getJobOutputStorage(jobId).listAllOutputs())).toEqual([]);
  expect(await collectAll(client.getJobOutputStorage(jobId).listOutputs().byPage())).toEqual([[]]);
});

test("a listing of a job that was not prepared fails with the job and a hint", async () => {
  const { client } = await prepareJob();
  const jobId = createJobId();
  const error = await captureOurError(
    collectAll(client.getTaskOutputStorage(jobId, "t1").listOutputs()),
    "ContainerNotPrepared",
  );
  expect(error).toMatchObject({ jobId, taskId: "t1", containerName: `job-${jobId}` });
  expect(error.message).toContain(`Call prepareOutputStorage("${jobId}")`);
  await captureOurError(collectAll(client.getJobOutputStorage(jobId).listTasks()), "ContainerNotPrepared");
  await captureOurError(
    collectAll(client.getJobOutputStorage(jobId).listAllOutputs()),
    "ContainerNotPrepared",
  );
});

test("an abort ends a listing between two pages and within one", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/a", "t1/$TaskLog/b");
  const abort = new AbortController();
  const listing = client
    .getTaskOutputStorage(jobId, "t1")
    .listOutputs("TaskLog", { abortSignal: abort.signal });
  const pages = listing.byPage({ maxPageSize: 1 });
  await pages.next();
  abort.abort();
  await expect(pages.next()).rejects.toMatchObject({ name: "AbortError" });
});

test("a listing by container URL has the job if the container's name contains it", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/a", "$JobOutput/b");
  const url = await client.getOutputStorageContainerUrl(jobId);
  const [ofTask] = await collectAll(new TaskOutputStorage(url, "t1").listOutputs());
  expect(ofTask).toMatchObject({ jobId, taskId: "t1" });
  const [ofJob] = await collectAll(new JobOutputStorage(url).listOutputs());
  expect(ofJob?.jobId).toBe(jobId);
  expect(ofJob).not.toHaveProperty("taskId");
});

test.each([
  ["hdi_isfolder", "true"],
  ["Hdi_IsFolder", "True"],
])(
  "a blob with the metadata %s=%s stands for a folder, and is no output; an empty file is one",
  async (name, value) => {
    const { client, jobId, stored } = await prepareJob();
    for (const folder of ["t1", "t1/$TaskOutput", "t1/$TaskOutput/results", "t1/$TaskOutput/results/day1"])
      await stored.getBlockBlobClient(folder).upload("", 0, { metadata: { [name]: value } });
    for (const file of ["results/day1/a.csv", "results/empty.txt"])
      await stored.getBlockBlobClient(`t1/$TaskOutput/${file}`).upload("", 0);
    const task = client.getTaskOutputStorage(jobId, "t1");
    const paths = (await collectAll(task.listOutputs())).map(({ filePath }) => filePath);
    expect(paths).toEqual(["results/day1/a.csv", "results/empty.txt"]);
  },
);

test("snapshots are no outputs, and no request asks for snapshots, earlier versions or deleted blobs", async () => {
  const { client, proxy, jobId, stored } = await setUpOutputs();
  await put(stored, "t1/$TaskLog/a", "t1/$TaskOutput/x");
  await stored.getBlockBlobClient("t1/$TaskOutput/x").createSnapshot();
  const job = client.getJobOutputStorage(jobId);
  expect(await shown(job.getTaskOutputStorage("t1").listOutputs())).toEqual(["TaskLog a", "TaskOutput x"]);
  expect(await shown(job.listAllOutputs())).toEqual(["TaskLog a", "TaskOutput x"]);
  expect(await collectAll(job.listTasks())).toEqual(["t1"]);
  await collectAll(client.listJobs());
  const asked = proxy.exchanges
    .map(({ url }) => new URL(url, "http://store").searchParams)
    .filter((parameters) => parameters.get("comp") === "list");
  expect(asked.length).toBeGreaterThan(3);
  const included = asked.flatMap((parameters) => (parameters.get("include") ?? "").split(","));
  for (const what of ["snapshots", "versions", "deleted", "deletedwithversions"])
    expect(included).not.toContain(what);
  expect(asked.filter((parameters) => parameters.has("showonly"))).toEqual([]);
});
