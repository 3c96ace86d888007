import { expect, test } from "vitest";

import { TaskOutputKind } from "../../src/conventions/index.js";
import { BatchOutputsClient, TaskOutputStorage } from "../../src/outputs/index.js";
import { startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { collectAll } from "../support/output-fixture.js";
import { multiplyBlob } from "./many-blobs.js";

test("all outputs of several pages are listed once, with one request per page", async () => {
  using folder = createDisposableFolder();
  const first = await startAzurite({ persistence: folder.path });
  const client = BatchOutputsClient.fromConnectionString(first.connectionString);
  await client.prepareOutputStorage("j1");
  await client.getTaskOutputStorage("j1", "t1").saveText(TaskOutputKind.TaskOutput, "", "00000");
  await first.stop();
  const paths = Array.from({ length: 5001 }, (_, index) => String(index).padStart(5, "0"));
  multiplyBlob(
    folder.path,
    paths.map((path) => ({ containerName: "job-j1", name: `t1/$TaskOutput/${path}` })),
  );

  await using azurite = await startAzurite({ persistence: folder.path });
  await using proxy = await startFaultProxy(azurite.blobEndpoint);
  const account = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  const url = proxy.getUrlThrough(await account.getOutputStorageContainerUrl("j1"));
  const outputs = await collectAll(new TaskOutputStorage(url, "t1").listOutputs(TaskOutputKind.TaskOutput));
  expect(outputs.map(({ filePath }) => filePath)).toEqual(paths);
  expect(proxy.exchanges).toHaveLength(2);
});
