// Lists the task's outputs, ROUNDS times, and tells how many there were in all and their bytes.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";

const [, , rounds = ""] = process.argv;
const outputs = TaskOutputStorage.fromEnvironment();
let [count, bytes] = [0, 0];
for (let round = 0; round < Number(rounds); round += 1) {
  for await (const { size = 0 } of outputs.listOutputs(TaskOutputKind.TaskOutput)) {
    count += 1;
    bytes += size;
  }
}
console.log(JSON.stringify({ count, bytes }));
