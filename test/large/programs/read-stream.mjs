// Reads the output stream.bin as a stream, and tells the SHA-256 of what it read.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";

const outputs = TaskOutputStorage.fromEnvironment();
const hash = createHash("sha256");
await pipeline(await outputs.getOutput(TaskOutputKind.TaskOutput, "stream.bin").openRead(), hash);
console.log(hash.digest("hex"));
