import { expect, test } from "vitest";

import { TaskOutputKind } from "../../src/conventions/index.js";
import { BatchOutputsClient, TaskOutputStorage } from "../../src/outputs/index.js";
import { forEachConcurrently } from "../../src/storage/index.js";
import { startAzurite } from "../support/azurite.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { all } from "../support/output-bench.js";

test("more outputs than a page holds come all, once, one request a page", async () => {
  await using azurite = await startAzurite();
  const client = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  await client.prepareOutputStorage("j1");
  const { containerClient } = client.getJobOutputStorage("j1");
  const paths = Array.from({ length: 5001 }, (_, index) => String(index).padStart(5, "0"));
  await forEachConcurrently(paths, 32, async (path) => {
    await containerClient.getBlockBlobClient(`t1/$TaskOutput/${path}`).upload("", 0);
  });

  await using proxy = await startFaultProxy(azurite.blobEndpoint);
  const url = proxy.through(await client.getOutputStorageContainerUrl("j1"));
  const outputs = await all(new TaskOutputStorage(url, "t1").listOutputs(TaskOutputKind.TaskOutput));
  expect(outputs.map(({ filePath }) => filePath)).toEqual(paths);
  expect(proxy.exchanges).toHaveLength(2);
});
