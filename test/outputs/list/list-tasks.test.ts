import {
  BlobServiceClient,
  type ContainerClient,
  newPipeline,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { describe, expect, test } from "vitest";
import { forEachConcurrently } from "../../../src/core/index.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { accountKey } from "../../support/azurite.js";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";

import type { RequestInfo } from "../../support/exchange.js";
import type { OnRequest } from "../../support/fault-proxy.js";
import { createJobId } from "../../support/create-job-id.js";
import { collectAll, prepareJob, quickRetries, setUpOutputs } from "../../support/output-fixture.js";
import { startStrictAccount } from "../../support/strict-account.js";
import { testOnFlat } from "../../support/account-kind.js";

async function put(container: ContainerClient, ...names: string[]): Promise<void> {
  await forEachConcurrently(names, 16, async (name) => {
    await container.getBlockBlobClient(name).upload("x", 1);
  });
}

test("the tasks that saved anything are listed, each once, in the order of their ids", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t10/$TaskLog/a", "t1/$TaskLog/a", "t1/$TaskLog/b", "t1/$TaskOutput/c", "B_2/$my kind/x");
  expect(await collectAll(client.getJobOutputStorage(jobId).listTasks())).toEqual(["B_2", "t1", "t10"]);
});

test("folders of other programs, the job's own outputs and names with a dollar sign are not listed as tasks", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "$JobOutput/a", "data/x", "readme.txt", "cost$/x", "cost/us$/x", "a b/$TaskLog/x");
  await put(stored, "t2/x$y/$TaskLog/a", "$$/x", "x$/$TaskLog/a", `${"t".repeat(65)}/$TaskLog/x`);
  await put(stored, "t1/$TaskLog/a$b", "t1/$TaskLog/$c/d", "t1/a$b", "t3/$cash$/a");
  expect(await collectAll(client.getJobOutputStorage(jobId).listTasks())).toEqual(["t1", "t3"]);
});

testOnFlat("delimiters")("all that a task saved is one item of one page", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  const names = Array.from({ length: 60 }, (_, index) => `t${index % 3}/$TaskLog/${index}`);
  await put(stored, ...names);
  const pages = await collectAll(client.getJobOutputStorage(jobId).listTasks().byPage({ maxPageSize: 2 }));
  expect(pages.flat()).toEqual(["t0", "t1", "t2"]);
  // The first names show whether there are folder markers.
  expect(proxy.exchanges).toHaveLength(3);
});

test("the tasks of a job with up to 5,000 outputs are listed with one request", async () => {
  const { client, jobId, stored, proxy } = await setUpOutputs();
  await put(stored, ...Array.from({ length: 60 }, (_, index) => `t${index % 3}/$TaskLog/${index}`));
  expect(await collectAll(client.getJobOutputStorage(jobId).listTasks())).toEqual(["t0", "t1", "t2"]);
  expect(proxy.exchanges).toHaveLength(1);
});

test("a listed task gives access to its outputs", async () => {
  const { client, jobId, stored } = await prepareJob();
  await put(stored, "t1/$TaskLog/a");
  const job = client.getJobOutputStorage(jobId);
  for await (const task of job.listTasks()) {
    const [output] = await collectAll(job.getTaskOutputStorage(task).listOutputs());
    expect(output).toMatchObject({ jobId, taskId: "t1", filePath: "a" });
  }
});

const outputsOfThree = [
  "t1/$TaskLog/a",
  "t1/$TaskOutput/b",
  "t10/$TaskLog/a",
  "t2/$TaskLog/a",
  "data/x",
  "$JobOutput/j",
];

/** "Known issues with Azure Data Lake Storage": no delimiter but "/". What the answer is, is not documented. */
const refusesDelimiters: OnRequest = ({ url }) => {
  const delimiter = new URLSearchParams(url.split("?")[1]).get("delimiter");
  return delimiter === null || delimiter === "/"
    ? undefined
    : { kind: "answer", status: 400, code: "InvalidQueryParameterValue" };
};

const saysHierarchical: OnRequest = ({ url }) =>
  url.includes("comp=properties")
    ? { kind: "add-headers", headers: { "x-ms-is-hns-enabled": "true" } }
    : refusesDelimiters({ url } as RequestInfo);

const forbidsAsking: OnRequest = (info) =>
  info.url.includes("comp=properties")
    ? { kind: "answer", status: 403, code: "AuthorizationFailure" }
    : refusesDelimiters(info);

test.each([
  ["that says so", saysHierarchical],
  ["that does not say so, and refuses", refusesDelimiters],
  ["that may not be asked, and refuses", forbidsAsking],
])("an account without delimiters but '/', %s, lists the same tasks", async (_, onRequest) => {
  const { client, jobId, stored } = await setUpOutputs(onRequest);
  await put(stored, ...outputsOfThree);
  const job = client.getJobOutputStorage(jobId);
  expect(await collectAll(job.listTasks())).toEqual(["t1", "t10", "t2"]);
  const pages = await collectAll(job.listTasks().byPage({ maxPageSize: 1 }));
  expect(pages.flat()).toEqual(["t1", "t10", "t2"]);
});

testOnFlat("delimiters")(
  "an account that groups names at '/', whatever the delimiter, lists the same tasks",
  async () => {
    const { blobEndpoint, accountName } = useSharedAzurite();
    const { jobId, stored } = await prepareJob();
    await put(stored, ...outputsOfThree);
    const key = new StorageSharedKeyCredential(accountName, accountKey);
    const pipeline = newPipeline(key);
    const sent: string[] = [];
    pipeline.factories.unshift({
      create: (next) => ({
        sendRequest: async (request) => {
          sent.push(...(/delimiter=[^&]*/.exec(request.url) ?? []));
          request.url = request.url.replace("delimiter=%24", "delimiter=%2F");
          return await next.sendRequest(request);
        },
      }),
    });
    const client = new BatchOutputsClient(new BlobServiceClient(blobEndpoint, pipeline));
    const job = client.getJobOutputStorage(jobId);
    expect(await collectAll(job.listTasks())).toEqual(["t1", "t10", "t2"]);
    const pages = await collectAll(job.listTasks().byPage({ maxPageSize: 1 }));
    expect(pages.flat()).toEqual(["t1", "t10", "t2"]);
    expect(sent).toEqual(["delimiter=%24"]);
  },
);

test("a listing that reads every name continues from its token in another process", async () => {
  const { client, jobId, stored } = await setUpOutputs(saysHierarchical);
  await put(stored, ...outputsOfThree, "folder/");
  const job = client.getJobOutputStorage(jobId);
  const found: string[] = [];
  let continuationToken: string | undefined;
  for await (const page of job.listTasks().byPage({ maxPageSize: 2 })) {
    found.push(...page);
    continuationToken = page.continuationToken;
    break;
  }
  const rest = client
    .getJobOutputStorage(jobId)
    .listTasks()
    .byPage({ continuationToken: continuationToken ?? "" });
  expect([...found, ...(await collectAll(rest)).flat()]).toEqual(["t1", "t10", "t2"]);
});

/** Markers without an output: of a task and all its folders, of one folder alone, and of folders by their names. */
const markersAlone = [
  ["t2", "t2/$TaskLog", "t2/$TaskLog/empty"],
  ["t3/$TaskOutput"],
  ["t4/", "t4/$TaskLog/"],
  ["t9/$TaskLog/former/"],
];

describe.each([
  ["by each page of a listing", { maxPageSize: 1 }],
  ["by a whole listing", {}],
])("a task of which only folder markers are left", (how, settings) => {
  test(`is not listed ${how}`, async () => {
    const { client, jobId, stored } = await prepareJob();
    await put(stored, "t1/$TaskLog/a", "t5/$TaskLog/folder/b");
    const names = [
      ...markersAlone.flat(),
      ...["t1", "t1/$TaskLog", "t5", "t5/$TaskLog", "t5/$TaskLog/folder"],
    ];
    for (const name of names) {
      const metadata = name.endsWith("/") ? {} : { hdi_isfolder: "true" };
      await stored.getBlockBlobClient(name).upload("", 0, { metadata });
    }
    const pages = await collectAll(client.getJobOutputStorage(jobId).listTasks().byPage(settings));
    expect(pages.flat()).toEqual(["t1", "t5"]);
  });
});

test("a task whose outputs were deleted from a hierarchical account is not listed", async () => {
  const { connectionString } = await startStrictAccount("hierarchical");
  const client = BatchOutputsClient.fromConnectionString(connectionString, quickRetries);
  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  await client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "x", "folder/a");
  const { output } = await client.getTaskOutputStorage(jobId, "t2").saveText("TaskOutput", "x", "folder/a");
  await output.delete();
  expect(await collectAll(client.getJobOutputStorage(jobId).listTasks())).toEqual(["t1"]);
});

test("a listing whose first pages are empty is read on", async () => {
  const { connectionString } = await startStrictAccount("hierarchical", { pages: { maxPageSize: 2 } });
  const client = BatchOutputsClient.fromConnectionString(connectionString, quickRetries);
  const jobId = createJobId();
  await client.prepareOutputStorage(jobId);
  for (const taskId of ["t1", "t2", "t3"])
    await client.getTaskOutputStorage(jobId, taskId).saveText("TaskOutput", "x", "a");
  expect(await collectAll(client.getJobOutputStorage(jobId).listTasks())).toEqual(["t1", "t2", "t3"]);
});
