import { expect, test } from "vitest";

import { BatchOutputsClient, JobOutputStorage } from "../../src/outputs/index.js";
import { startAzurite } from "../support/azurite.js";
import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { collectAll } from "../support/output-fixture.js";
import { multiplyBlob } from "./many-blobs.js";

/** Blobs by name; those of the value true represent folders. */
type Blobs = Readonly<Record<string, boolean>>;

/** More outputs of one task than are read one by one before names are grouped. */
const manyOutputs: Blobs = Object.fromEntries(
  Array.from({ length: 5_001 }, (_, index) => [`a/$TaskOutput/${String(index).padStart(4, "0")}`, false]),
);

async function listTasksOf(blobs: Blobs): Promise<{ taskIds: string[]; requests: Set<string> }> {
  using folder = createDisposableFolder();
  const first = await startAzurite({ persistence: folder.path });
  const client = BatchOutputsClient.fromConnectionString(first.connectionString);
  await client.prepareOutputStorage("j1");
  await client.getTaskOutputStorage("j1", "a").saveText("TaskOutput", "", "0");
  await first.stop();
  multiplyBlob(
    folder.path,
    Object.entries(blobs).map(([name, isFolder]) => ({
      containerName: "job-j1",
      name,
      ...(isFolder && { metadata: { hdi_isfolder: "true" } }),
    })),
  );
  await using azurite = await startAzurite({ persistence: folder.path });
  await using proxy = await startFaultProxy(azurite.blobEndpoint);
  const account = BatchOutputsClient.fromConnectionString(azurite.connectionString);
  const url = proxy.getUrlThrough(await account.getOutputStorageContainerUrl("j1"));
  const taskIds = await collectAll(new JobOutputStorage(url).listTasks());
  // A request that is repeated on a slow machine is one.
  return { taskIds, requests: new Set(proxy.exchanges.map((exchange) => exchange.url)) };
}

test("names are grouped by task if there is more than one page, and only tasks with markers are examined", async () => {
  const { taskIds, requests } = await listTasksOf({
    ...manyOutputs,
    b: true,
    "b/$TaskOutput": true,
    c: true,
    "c/$TaskOutput": true,
    "c/$TaskOutput/result.txt": false,
    "d/$TaskOutput/result.txt": false,
  });
  expect(taskIds).toEqual(["a", "c", "d"]);
  // The first names, one page of groups, and one look at each of b and c.
  expect(requests.size).toBe(4);
});

test("every name is read if folder markers are among the first ones", async () => {
  const { taskIds, requests } = await listTasksOf({
    ...manyOutputs,
    "a/$TaskOutput": true,
    "b/$TaskOutput": true,
    "c/$TaskOutput/result.txt": false,
  });
  expect(taskIds).toEqual(["a", "c"]);
  expect(requests.size).toBe(2);
});
