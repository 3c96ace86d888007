// Runs a job on a pool of Windows nodes, deletes the pool, and lists what its tasks saved. README.md says how to start it.

import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { BatchServiceClient, BatchSharedKeyCredentials } from "@azure/batch";
import { BatchOutputsClient } from "azure-batch-outputs";
import { outputEnvironmentSettings } from "azure-batch-outputs/batch";

const { command } = parseArgs({
  options: {
    // Batch starts no shell by itself, and only a shell replaces the variable with the path of the package.
    command: {
      type: "string",
      default: String.raw`cmd /c node "%AZ_BATCH_APP_PACKAGE_PRIMES#1.0%\task.mjs"`,
    },
  },
}).values;

const batch = new BatchServiceClient(
  new BatchSharedKeyCredentials(
    requireVariable("AZURE_BATCH_ACCOUNT"),
    requireVariable("AZURE_BATCH_ACCESS_KEY"),
  ),
  requireVariable("AZURE_BATCH_ENDPOINT"),
);
const outputs = BatchOutputsClient.fromConnectionString(requireVariable("AZURE_STORAGE_CONNECTION_STRING"));
const jobId = `primes-${Date.now()}`;

await outputs.prepareOutputStorage(jobId);
await batch.pool.add({
  id: jobId,
  vmSize: "standard_d2s_v3",
  virtualMachineConfiguration: {
    imageReference: {
      publisher: "microsoftwindowsserver",
      offer: "windowsserver",
      sku: "2022-datacenter-core",
    },
    nodeAgentSKUId: "batch.node.windows amd64",
  },
  targetDedicatedNodes: 1,
});
try {
  await batch.job.add({ id: jobId, poolInfo: { poolId: jobId } });
  const environmentSettings = await outputEnvironmentSettings(outputs, jobId);
  const tasks = [1, 2, 3].map((number) => ({
    id: `thousand-${number}`,
    commandLine: `${command} ${(number - 1) * 1000} ${number * 1000}`,
    applicationPackageReferences: [{ applicationId: "primes", version: "1.0" }],
    environmentSettings,
  }));
  await batch.task.addCollection(jobId, tasks);
  for (const { id } of tasks) {
    let task = await batch.task.get(jobId, id);
    while (task.state !== "completed") {
      await setTimeout(1_000);
      task = await batch.task.get(jobId, id);
    }
    console.log(`${id} ended with exit code ${task.executionInfo?.exitCode ?? "none"}`);
  }
} finally {
  await batch.pool.deleteMethod(jobId);
}

for await (const { taskId, kind, filePath, size } of outputs.getJobOutputStorage(jobId).listAllOutputs())
  console.log(`${taskId ?? "the job"}  ${kind}  ${filePath}  ${size ?? 0} bytes`);

function requireVariable(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`The environment variable ${name} is not set.`);
}
