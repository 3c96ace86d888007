// Saves what task t1 left on its node, as `rescue` does.
import { BatchOutputsClient } from "azure-batch-outputs";
import { BatchAccountClient, saveFromNode } from "azure-batch-outputs/batch";

const variable = (/** @type {string} */ name) => process.env[name] ?? "";
const client = new BatchAccountClient(variable("AZURE_BATCH_ENDPOINT"), {
  name: variable("AZURE_BATCH_ACCOUNT"),
  key: variable("AZURE_BATCH_ACCESS_KEY"),
});
const outputs = BatchOutputsClient.fromConnectionString(variable("AZURE_STORAGE_CONNECTION_STRING"));
const storage = outputs.getTaskOutputStorage(variable("AZ_BATCH_JOB_ID"), "t1");
const { savedCount, savedBytes, failedCount } = await saveFromNode(client, storage);
console.log(JSON.stringify({ savedCount, savedBytes, failedCount }));
