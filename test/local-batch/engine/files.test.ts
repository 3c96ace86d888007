import { createServer } from "node:http";
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ContainerSASPermissions, type ContainerClient } from "@azure/storage-blob";
import { downloadZip } from "client-zip";
import { expect, it, onTestFinished } from "vitest";

import type { TaskRecord } from "../../../src/local-batch/state/records.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { createJobId } from "../../support/create-job-id.js";
import { type Body, EngineUnderTest, sh } from "./engine-under-test.js";

async function newContainer(): Promise<ContainerClient> {
  const container = useSharedAzurite().serviceClient().getContainerClient(createJobId("files"));
  await container.create();
  return container;
}

async function sasOf(client: Pick<ContainerClient, "generateSasUrl">, permissions = "rwl"): Promise<string> {
  return await client.generateSasUrl({
    permissions: ContainerSASPermissions.parse(permissions),
    expiresOn: new Date(Date.now() + 3_600_000),
  });
}

interface RunOptions {
  readonly linked?: boolean;
  readonly applicationPackages?: string;
}

/** Runs one task to its end. */
async function run(
  commandLine: string,
  given: Body,
  { linked = false, applicationPackages }: RunOptions = {},
): Promise<{ batch: EngineUnderTest; task: TaskRecord }> {
  const batch = await EngineUnderTest.start({
    ...(linked && { linkedStorage: useSharedAzurite().connectionString }),
    applicationPackages,
  });
  batch.addPool("p", 1);
  batch.addJob("j", "p");
  batch.addTask("j", "t", commandLine, given);
  return { batch, task: await batch.completed("j", "t") };
}

function outputFile(containerUrl: string, filePattern: string, more: Body = {}): Body {
  const { path, uploadCondition = "TaskCompletion", ...container } = more;
  return {
    filePattern,
    destination: { container: { containerUrl, ...(path !== undefined && { path }), ...container } },
    uploadOptions: { uploadCondition },
  };
}

/** Without the folders that an account with a hierarchical namespace creates. */
async function blobNames(container: ContainerClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, metadata } of container.listBlobsFlat({ includeMetadata: true }))
    if (metadata?.["hdi_isfolder"] !== "true") names.push(name);
  return names;
}

it("uploads matching files, under a blob's name or into a folder, and records the uploads", async () => {
  const container = await newContainer();
  const url = await sasOf(container);
  const { batch, task } = await run(
    sh("echo log; mkdir sub; echo a >a.txt; echo b >sub/b.txt; echo c >.c.txt"),
    {
      outputFiles: [
        outputFile(url, "../std*.txt", { path: "t/logs" }),
        outputFile(url, "**/*.txt", { path: "t/all/" }),
        outputFile(url, "a.txt", { path: "t/one.bin" }),
        outputFile(url, "sub/b.txt"),
        outputFile(url, "*.none"),
      ],
    },
  );
  expect(task.run).toMatchObject({ exitCode: 0, result: "success" });
  expect(await blobNames(container)).toEqual([
    "b.txt",
    "t/all/a.txt",
    "t/all/sub/b.txt",
    "t/logs/stderr.txt",
    "t/logs/stdout.txt",
    "t/one.bin",
  ]);
  expect(String(await container.getBlobClient("t/logs/stdout.txt").downloadToBuffer())).toBe("log\n");
  const output = batch.read("j", "t", "fileuploadout.txt");
  expect(output).toContain(`-> ${container.containerName}/t/all/sub/b.txt`);
  expect(output).not.toContain("sig=");
  expect(batch.read("j", "t", "fileuploaderr.txt")).toBe("");
});

it("does not expand a variable in the path of an output file, and keeps a setting's whole value", async () => {
  const container = await newContainer();
  const url = await sasOf(container);
  const { batch } = await run(sh('echo "$EQUAL" >a.txt; cat a.txt'), {
    environmentSettings: [
      { name: "TODAY", value: "2026-01-01" },
      { name: "EQUAL", value: "Server=tcp:h,1433;A=b c" },
    ],
    outputFiles: [outputFile(url, "a.txt", { path: "t/$TaskOutput/$TODAY/a.txt" })],
  });
  expect(await blobNames(container)).toEqual(["t/$TaskOutput/$TODAY/a.txt"]);
  expect(batch.read("j", "t", "stdout.txt")).toBe("Server=tcp:h,1433;A=b c\n");
});

it.each([
  ["exit 0", ["always", "success"]],
  ["exit 1", ["always", "failure"]],
])("uploads by the condition, in any casing: %s", async (script, expected) => {
  const container = await newContainer();
  const url = await sasOf(container);
  const file = (path: string, uploadCondition: string): Body =>
    outputFile(url, "../stdout.txt", { path, uploadCondition });
  await run(sh(script), {
    outputFiles: [
      file("success", "TaskSuccess"),
      file("failure", "taskFailure"),
      file("always", "taskcompletion"),
    ],
  });
  expect(await blobNames(container)).toEqual(expected);
});

it("uploads with the given headers", async () => {
  const container = await newContainer();
  const uploadHeaders = [
    { name: "x-ms-blob-content-type", value: "text/x-log" },
    { name: "X-MS-Blob-Cache-Control", value: "no-store" },
    { name: "x-ms-meta-made_by", value: "task" },
  ];
  const url = await sasOf(container);
  await run("/bin/true", { outputFiles: [outputFile(url, "../stdout.txt", { uploadHeaders })] });
  expect(await container.getBlobClient("stdout.txt").getProperties()).toMatchObject({
    contentType: "text/x-log",
    cacheControl: "no-store",
    metadata: { made_by: "task" },
  });
});

it("uses a managed identity for the linked storage account only", async () => {
  const container = await newContainer();
  const identityReference = { resourceId: "/subscriptions/s/identity" };
  const outputFiles = [outputFile(container.url, "../stdout.txt", { identityReference })];
  const { task } = await run("/bin/true", { outputFiles }, { linked: true });
  expect(task.run.result).toBe("success");
  expect(await blobNames(container)).toEqual(["stdout.txt"]);
  const { task: refused } = await run("/bin/true", { outputFiles });
  expect(refused.run).toMatchObject({ exitCode: 0, failureInfo: { code: "FileUploadAccessDenied" } });
});

it.each([
  ["FileUploadContainerNotFound", (url: string) => url, {}],
  ["FileUploadAccessDenied", (url: string) => url.replace(/sig=[^&]*/, "sig=AAAA"), {}],
  ["FileUploadMiscError", (url: string) => url, { uploadHeaders: [{ name: "x-unknown", value: "" }] }],
])("fails a task if its upload fails, without a retry: %s", async (code, change, more) => {
  const container = await newContainer();
  const url = change(await sasOf(container));
  if (code === "FileUploadContainerNotFound") await container.delete();
  const { batch, task } = await run("/bin/true", {
    outputFiles: [outputFile(url, "../stdout.txt", more)],
    constraints: { maxTaskRetryCount: 3 },
  });
  expect(task.run).toMatchObject({ exitCode: 0, retryCount: 0, result: "failure", failureInfo: { code } });
  const output = batch.read("j", "t", "fileuploaderr.txt");
  expect(output).toContain("../stdout.txt");
  expect(output + JSON.stringify(task.run)).not.toMatch(/sig=(?!REDACTED)/);
});

it("downloads resource files from any server and from containers, with their modes", async () => {
  const container = await newContainer();
  for (const name of ["in/a.txt", "in/deep/b.txt", "other.txt"])
    await container.getBlockBlobClient(name).upload(name, name.length);
  const server = createServer((_request, response) => response.end("#!/bin/sh\necho from the web\n"));
  onTestFinished(() => void server.close());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const url = await sasOf(container);
  const { batch, task } = await run(
    sh("./bin/web.sh; find . -type f | sort"),
    {
      resourceFiles: [
        { httpUrl: `http://127.0.0.1:${port}/x`, filePath: "bin/web.sh" },
        { httpUrl: url.replace("?", "/other.txt?"), filePath: "other", fileMode: "0600" },
        { storageContainerUrl: url, blobPrefix: "in/", filePath: "data" },
        { autoStorageContainerName: container.containerName, blobPrefix: "other" },
        {
          httpUrl: `${container.url}/in/a.txt`,
          filePath: "by-identity",
          identityReference: { resourceId: "i" },
        },
      ],
    },
    { linked: true },
  );
  expect(task.run.exitCode, JSON.stringify(task.run)).toBe(0);
  expect(batch.read("j", "t", "stdout.txt").split("\n")).toEqual([
    "from the web",
    "./bin/web.sh",
    "./by-identity",
    "./data/in/a.txt",
    "./data/in/deep/b.txt",
    "./other",
    "./other.txt",
    "",
  ]);
  expect(statSync(join(batch.taskFolder("j", "t"), "wd/other")).mode & 0o777).toBe(0o600);
  expect(batch.read("j", "t", "wd/data/in/deep/b.txt")).toBe("in/deep/b.txt");
});

it.each([
  ["BlobNotFound", { httpUrl: "?/missing", filePath: "a" }],
  ["BlobDownloadMiscError", { httpUrl: "http://127.0.0.1:1/", filePath: "a" }],
  ["BlobAccessDenied", { httpUrl: "!/missing", filePath: "a" }],
  ["ResourceContainerAccessDenied", { storageContainerUrl: "!" }],
  ["ResourceContainerAccessDenied", { autoStorageContainerName: "no-account-is-linked" }],
  ["ResourceFileCreateFailed", { httpUrl: "?/a", filePath: "../../outside" }],
])("completes a task without running it if a resource file cannot be downloaded: %s", async (code, given) => {
  const container = await newContainer();
  const url = new URL(await sasOf(container));
  const address = `${url.origin}${url.pathname}`;
  const resourceFile = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value.startsWith("?")
        ? `${address}${value.slice(1)}${url.search}`
        : value.replace("!", address) +
          (value.startsWith("!") ? url.search.replace(/sig=[^&]*/, "sig=AAAA") : ""),
    ]),
  );
  const { task } = await run("/bin/true", { resourceFiles: [resourceFile] });
  expect(task.run).toMatchObject({ result: "failure", failureInfo: { code }, retryCount: 0 });
  expect(task.run.exitCode).toBeUndefined();
  expect(JSON.stringify(task.run)).not.toMatch(/sig=(?!REDACTED)/);
});

it("creates folders for folder marker blobs, and files for empty blobs", async () => {
  const container = await newContainer();
  const marked = { metadata: { Hdi_isfolder: "true" } };
  await container.getBlockBlobClient("in").upload("", 0, marked);
  await container.getBlockBlobClient("in/results").upload("", 0, marked);
  await container.getBlockBlobClient("in/results/a.csv").upload("1,2", 3);
  await container.getBlockBlobClient("in/former/").upload("", 0);
  await container.getBlockBlobClient("in/empty.txt").upload("", 0);
  const folder = container.getBlockBlobClient("in/results");
  const [url, folderUrl] = [await sasOf(container), await sasOf(folder, "r")];
  const { batch, task } = await run(
    sh("find . -type d | sort; find . -type f | sort"),
    {
      resourceFiles: [
        { storageContainerUrl: url, filePath: "all" },
        { httpUrl: folderUrl, filePath: "by-url" },
        {
          httpUrl: folder.url,
          filePath: "by-identity",
          identityReference: { resourceId: "i" },
        },
      ],
    },
    { linked: true },
  );
  expect(task.run.exitCode, JSON.stringify(task.run)).toBe(0);
  expect(batch.read("j", "t", "stdout.txt").trim().split("\n")).toEqual([
    ...[".", "./all", "./all/in", "./all/in/former", "./all/in/results", "./by-identity", "./by-url"],
    ...["./all/in/empty.txt", "./all/in/results/a.csv"],
  ]);
});

it("installs application packages from folders and zip files, and sets the variables with their paths", async () => {
  const applicationPackages = createTemporaryFolder();
  mkdirSync(join(applicationPackages, "tool/1.0-beta"), { recursive: true });
  const program = join(applicationPackages, "tool/1.0-beta/run.sh");
  writeFileSync(program, "#!/bin/sh\necho tool\n");
  chmodSync(program, 0o755);
  mkdirSync(join(applicationPackages, "data"));
  const zip = downloadZip([{ name: "in/a.txt", input: "from the zip\n" }]);
  writeFileSync(join(applicationPackages, "data/2.zip"), Buffer.from(await zip.arrayBuffer()));
  const { batch, task } = await run(
    sh(
      '"$AZ_BATCH_APP_PACKAGE_tool_1_0_beta"/run.sh; "$AZ_BATCH_APP_PACKAGE_TOOL_1_0_BETA"/run.sh; cat "$AZ_BATCH_APP_PACKAGE_data"/in/a.txt',
    ),
    {
      applicationPackageReferences: [
        { applicationId: "tool", version: "1.0-beta" },
        { applicationId: "data" },
      ],
    },
    { applicationPackages },
  );
  expect(task.run.exitCode).toBe(0);
  expect(batch.read("j", "t", "stdout.txt")).toBe("tool\ntool\nfrom the zip\n");
  const { poolId = "", nodeId = "" } = task.node ?? {};
  const installed = join(batch.folders.root({ poolId, nodeId }), "applications");
  expect(readdirSync(installed).sort()).toEqual(["data", "tool"]);
  expect(readFileSync(join(installed, "data/2/in/a.txt"), "utf8")).toBe("from the zip\n");
});

it.each([
  { applicationId: "missing", version: "1" },
  { applicationId: "..", version: "1" },
])("completes a task without running it if its application package is missing: %j", async (reference) => {
  const applicationPackages = createTemporaryFolder();
  const { task } = await run(
    "/bin/true",
    { applicationPackageReferences: [reference] },
    { applicationPackages },
  );
  expect(task.run.failureInfo?.code).toBe("ApplicationPackageError");
});
