// Saves SIZE bytes of the seed SEED from a generator that does not tell how many it has.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { pseudoRandomBytes } from "./pseudo-random-bytes.mjs";

const [, , seed = "", size = ""] = process.argv;
const outputs = TaskOutputStorage.fromEnvironment();
await outputs.saveData(TaskOutputKind.TaskOutput, pseudoRandomBytes(seed, Number(size)), "stream.bin");
