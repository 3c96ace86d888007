import { describe, expect, it } from "vitest";

import { forEachConcurrently } from "../../src/core/index.js";
import { BatchOutputsClient } from "../../src/outputs/index.js";
import { startAzurite } from "../support/azurite.js";
import { runCli } from "../support/cli.js";
import { failedJobTimeoutInMs, isFullSize } from "../support/failed-job.js";
import { startFaultProxy } from "../support/fault-proxy.js";
import { createFailedLog, createGoodLog, plantedCauses } from "../support/planted-failures.js";

const failureCount = isFullSize ? 5_000 : 70;
const causeCount = plantedCauses.length;
const jobId = "many";

async function saveFailures(client: BatchOutputsClient): Promise<void> {
  await client.prepareOutputStorage(jobId);
  const tasks = Array.from({ length: failureCount + 20 }, (_, n) => n);
  await forEachConcurrently(tasks, 16, async (n) => {
    const cause = n < failureCount ? plantedCauses[n % causeCount] : undefined;
    const storage = client.getTaskOutputStorage(jobId, `t${n}`);
    await storage.saveText("TaskLog", cause ? createFailedLog(cause, n) : createGoodLog(n), "stderr.txt");
    const run = await storage.recordRun({ nodeId: `node-${n % 5}` });
    await run.end({ exitCode: cause?.exitCode ?? 0 });
  });
}

describe("why, of many failures", () => {
  it(
    "finds exactly the planted causes, although every line differs between tasks, and reads each log of a failure once",
    async () => {
      await using azurite = await startAzurite({ manyBlobs: true });
      await saveFailures(BatchOutputsClient.fromConnectionString(azurite.connectionString));
      await using proxy = await startFaultProxy(azurite.blobEndpoint);
      const connectionString = azurite.connectionString.replace(azurite.blobEndpoint, proxy.endpoint);
      const { status, objects } = await runCli(["why", "--json", "--job", jobId], {
        env: { AZURE_STORAGE_CONNECTION_STRING: connectionString },
      });
      expect(status).toBe(0);
      const groups = objects.slice(0, -1);
      const texts = groups.map(({ error, explanation }) => JSON.stringify([explanation, error]));
      expect(objects.at(-1)).toMatchObject({
        summary: { failed: failureCount, succeeded: 20, presumed: 0, unreadCount: 0 },
      });
      for (const { says } of plantedCauses)
        expect(
          texts.filter((text) => text.includes(says)),
          says,
        ).toHaveLength(1);
      expect(texts).toHaveLength(causeCount);
      const shares = groups.map(({ count }) => Number(count)).sort((one, other) => one - other);
      expect(shares[0]).toBeGreaterThanOrEqual(Math.floor(failureCount / causeCount));
      expect(shares.at(-1)).toBeLessThanOrEqual(Math.ceil(failureCount / causeCount));
      // A request that is repeated on a slow machine is one.
      const read = proxy.exchanges.filter(({ operation }) => operation === "GetBlob");
      expect(new Set(read.map(({ url }) => url)).size).toBe(failureCount);
    },
    failedJobTimeoutInMs,
  );
});
