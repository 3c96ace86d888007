import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

import { forEachConcurrently } from "../../../src/core/index.js";
import { startLocalBatch } from "../../../src/local-batch/index.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";
import { sendBatchRequest } from "../support/send-batch-request.js";
import { arrangeExample, createExamplePackages, type Example } from "./arrange-example.js";
import { contractVersions } from "./contract.js";

// The answers are held against the definitions as those of every test are: see README.md.
it.each(contractVersions)(
  "answers every example of the definitions of %s with a status that the example has",
  { timeout: 600_000 },
  async (apiVersion) => {
    const path = join(import.meta.dirname, "examples", `${apiVersion}.json`);
    const examples = JSON.parse(readFileSync(path, "utf8")) as readonly Example[];
    expect(examples.length).toBeGreaterThan(75);
    const others: string[] = [];
    await forEachConcurrently(examples, 4, async (example) => {
      const applicationPackages = createTemporaryFolder();
      createExamplePackages(example, applicationPackages);
      await using service = await startLocalBatch({ applicationPackages, terminationGraceInMs: 100 });
      const request = await arrangeExample(service, example, apiVersion);
      const { status, text } = await sendBatchRequest(service, example.method, request.path, {
        apiVersion,
        ...(example.query && { query: example.query }),
        ...(request.body && { body: request.body }),
      });
      if (isRetired(example, apiVersion, text)) return;
      if (!example.statuses.includes(status))
        others.push(`${example.operationId}, ${example.title}: ${status} ${text}`);
    });
    expect(others).toEqual([]);
  },
);

/** Whether the service refuses an operation that it has given up, though the definitions still have it. Seen in recordings. */
function isRetired({ operationId }: Example, apiVersion: string, text: string): boolean {
  const isUsage = /^Pool_ListUsageMetrics$|ListPoolUsageMetrics/.test(operationId);
  return isUsage && apiVersion >= "2024-02-01.19.0" && text.includes('"PoolUsageMetricAPIRetired"');
}
