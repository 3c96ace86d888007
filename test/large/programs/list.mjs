// Lists the task's outputs by pages of 500, and tells how many there were, their bytes, and how much more the process holds at
// the last page than at the first.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { heldBytes } from "./held-bytes.mjs";

const outputs = TaskOutputStorage.fromEnvironment();
let [count, bytes, heldAtFirst, heldAtLast] = [0, 0, 0, 0];
for await (const page of outputs.listOutputs(TaskOutputKind.TaskOutput).byPage({ maxPageSize: 500 })) {
  count += page.length;
  for (const { size = 0 } of page) bytes += size;
  if (heldAtFirst === 0) heldAtFirst = await heldBytes();
  if (page.continuationToken === undefined) heldAtLast = await heldBytes();
}
console.log(JSON.stringify({ count, bytes, heldMore: heldAtLast - heldAtFirst }));
