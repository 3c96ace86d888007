// Saves the file SOURCE, removes it, and fetches what was saved into TARGET: a task and a client in one process.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { rm } from "node:fs/promises";

const [, , source = "", target = ""] = process.argv;
const outputs = TaskOutputStorage.fromEnvironment();

const { output } = await outputs.save(TaskOutputKind.TaskOutput, source, { destinationPath: "large.bin" });
await rm(source);
await output.downloadToFile(target);
