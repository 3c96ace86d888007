import { afterAll, beforeAll, expect, test } from "vitest";

import { BatchOutputsClient, TaskOutputStorage } from "../../src/outputs/index.js";
import { type Azurite, startAzurite } from "../support/azurite.js";
import { captureError } from "../support/capture-error.js";
import { collectAll, quickRetries } from "../support/output-fixture.js";

/** Made up for these tests: 64 bytes, as a key has. */
const wrongKey = Buffer.alloc(64, "wrong").toString("base64");

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
  await BatchOutputsClient.fromConnectionString(azurite.connectionString).prepareOutputStorage("j1");
});

afterAll(() => azurite.stop());

type Call = readonly [string, (client: BatchOutputsClient) => Promise<unknown>];

const calls: readonly Call[] = [
  ["prepareOutputStorage", (client) => client.prepareOutputStorage("j1")],
  ["listJobs", (client) => collectAll(client.listJobs())],
  ["listOutputs", (client) => collectAll(client.getJobOutputStorage("j1").listOutputs())],
  ["exists", (client) => client.getJobOutputStorage("j1").getOutput("JobOutput", "a").exists()],
  ["getProperties", (client) => client.getJobOutputStorage("j1").getOutput("JobOutput", "a").getProperties()],
  ["saveText", (client) => client.getTaskOutputStorage("j1", "t1").saveText("TaskOutput", "x", "a")],
];

test.for(calls)("%s with a wrong key says that the key is wrong, and names the address", async ([, call]) => {
  const { connectionString, accountKey, blobEndpoint } = azurite;
  const client = BatchOutputsClient.fromConnectionString(
    connectionString.replace(accountKey, wrongKey),
    quickRetries,
  );
  const error = await captureError(call(client));
  expect(error).toMatchObject({ code: "NotAuthorized", hint: { action: "correct-key" } });
  expect(error.message).toContain("the account key is wrong");
  expect(error.message).toContain(blobEndpoint);
  expect(error.message).not.toContain("firewall");
  expect(error.message).not.toContain(wrongKey);
});

test("a damaged SAS says so, and names the address", async () => {
  const { blobEndpoint, connectionString } = azurite;
  const client = BatchOutputsClient.fromConnectionString(connectionString);
  const url = new URL(await client.getOutputStorageContainerUrl("j1"));
  url.searchParams.set("sig", wrongKey.slice(0, 43));
  const outputs = new TaskOutputStorage(url.href, "t1", quickRetries);
  const error = await captureError(outputs.saveText("TaskOutput", "x", "a"));
  expect(error).toMatchObject({ code: "NotAuthorized", hint: { action: "renew-sas" } });
  expect(error.message).toContain("it is for another container, was changed, or is signed with another key");
  expect(error.message).toContain(blobEndpoint);
  expect(error.message).not.toContain("firewall");
  expect(error.message).not.toContain(wrongKey.slice(0, 43));
});

test.for(calls)("%s with the name of no account says that there is none", async ([, call]) => {
  const { connectionString, accountName, blobEndpoint } = azurite;
  const client = BatchOutputsClient.fromConnectionString(
    connectionString.replaceAll(accountName, "filmstorage"),
    quickRetries,
  );
  const error = await captureError(call(client));
  expect(error).toMatchObject({ code: "AccountUnavailable" });
  expect(error.message).toContain(
    `there is no such storage account at ${blobEndpoint.replace(accountName, "filmstorage")}`,
  );
  expect(error.message).not.toContain("List the outputs");
});
