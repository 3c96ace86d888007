import { join } from "node:path";
import { expect, it } from "vitest";

import { requireDebianPackage, runDebianClient } from "../support/debian-client.js";
import { startTestBatch } from "../support/start-test-batch.js";
import { createOutputContainer } from "../support/create-output-container.js";

const python = "/usr/bin/python3";
const azureBatch = "/usr/lib/python3/dist-packages/azure/batch/__init__.py";

it(
  "python3-azure (azure-batch 13) runs a job with dependencies and OutputFiles as it would on Azure",
  { timeout: 300_000 },
  async (context) => {
    requireDebianPackage(context, azureBatch, "python3-azure");
    const service = await startTestBatch();
    const outputs = await createOutputContainer();
    const output = await runDebianClient(python, [join(import.meta.dirname, "run_job.py")], {
      AZURE_BATCH_ENDPOINT: service.endpoint,
      AZURE_BATCH_ACCOUNT: service.accountName,
      AZURE_BATCH_ACCESS_KEY: service.accountKey,
      OUTPUT_CONTAINER_URL: outputs.url,
    });
    expect(JSON.parse(output)).toEqual({
      added: ["success", "success", "clienterror"],
      counts: [2, 2, 0],
      completed: ["first", "second"],
      exit_code: 0,
      files: ["stderr.txt", "stdout.txt", "wd", "wd/frame.txt"],
      frame: "frame\n",
      size: 6,
      missing: "TaskNotFound",
      pool_exists: true,
    });
    expect(await outputs.read("second/$TaskLog/stdout.txt")).toBe("two\n");
  },
);
