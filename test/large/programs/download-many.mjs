// Fetches the task's outputs whose path PATTERN names into FOLDER, with one call, and tells what the result takes for each.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { heldBytes } from "./held-bytes.mjs";

const [, , folder = "", pattern = ""] = process.argv;
const outputs = TaskOutputStorage.fromEnvironment();
// What the SDK loads for its first request is no file's.
await outputs.getOutput(TaskOutputKind.TaskOutput, "none").exists();
const heldBefore = await heldBytes();
const result = await outputs.downloadOutputs(folder, { kind: TaskOutputKind.TaskOutput, include: pattern });
const heldBytesPerFile = ((await heldBytes()) - heldBefore) / result.entries.length;
const { entries, ...counts } = result;
console.log(JSON.stringify({ ...counts, entries: entries.length, heldBytesPerFile }));
for (const { path, error } of entries.filter(({ status }) => status === "failed").slice(0, 5))
  console.error(path, error);
