import { describe, expect, test } from "vitest";

import { captureOurError } from "../../support/capture-error.js";
import { faultNth, faultAlways, quickRetries, setUpOutputs } from "../../support/output-fixture.js";
import { BatchOutputsClient } from "../../../src/outputs/index.js";
import { StorageSharedKeyCredential } from "@azure/storage-blob";
import { useSharedAzurite } from "../../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { join } from "node:path";

const statuses = [408, 429, 500, 502, 503, 504];

/** Requests go over connections of our own, or through the SDK. */
const routes = { "connections of our own": {}, "the SDK": { keepAliveOptions: { enable: false } } };

describe.each(Object.entries(routes))("by %s", (_, route) => {
  test.each(statuses)("a request that is answered %i once is repeated", async (status) => {
    const { proxy, jobId } = await setUpOutputs();
    const { accountName, accountKey } = useSharedAzurite();
    const key = new StorageSharedKeyCredential(accountName, accountKey);
    const client = new BatchOutputsClient(proxy.endpoint, key, { ...quickRetries, ...route });
    const outputs = client.getTaskOutputStorage(jobId, "t1");
    proxy.onRequest = ({ nth }) => (nth === 1 ? { kind: "answer", status } : undefined);
    await outputs.saveText("TaskOutput", "text", "a.txt");
    const output = outputs.getOutput("TaskOutput", "a.txt");
    await output.downloadToFile(join(createTemporaryFolder(), "a.txt"));
    expect((await output.getProperties()).size).toBe(4);
    await output.delete();
    expect(await output.exists()).toBe(false);
  });
});

test.each(statuses)(
  "a request that is always answered %i is tried as often as the options say",
  async (status) => {
    const { proxy, client, jobId } = await setUpOutputs(faultAlways("PutBlob", { kind: "answer", status }));
    const saved = client.getTaskOutputStorage(jobId, "t1").saveText("TaskOutput", "text", "a.txt");
    await captureOurError(saved, "StoreBusy");
    const tries = proxy.exchanges.filter(({ operation }) => operation === "PutBlob").length;
    expect(tries).toBeGreaterThanOrEqual(quickRetries.retryOptions?.maxTries ?? 0);
  },
);

test.each([500, 502, 504])(
  "what was deleted before the store answered %i is known to be deleted by this call",
  async (status) => {
    const { proxy, client, jobId } = await setUpOutputs();
    proxy.onRequest = faultNth("DeleteContainer", { kind: "answer-after", status });
    expect(await client.deleteOutputStorage(jobId)).toBe(true);
  },
);
