// Lists the task's outputs by pages of 500, and tells how many there were, their bytes, and how much more the process holds at
// the last page than at the third: from the second on, the next page is asked for ahead.
import { TaskOutputKind, TaskOutputStorage } from "azure-batch-outputs";
import { heldBytes } from "./held-bytes.mjs";

const outputs = TaskOutputStorage.fromEnvironment();
let [pages, count, bytes, heldAtThird, heldAtLast] = [0, 0, 0, 0, 0];
for await (const page of outputs.listOutputs(TaskOutputKind.TaskOutput).byPage({ maxPageSize: 500 })) {
  pages += 1;
  count += page.length;
  for (const { size = 0 } of page) bytes += size;
  if (pages === 3) heldAtThird = await heldBytes();
  if (page.continuationToken === undefined) heldAtLast = await heldBytes();
}
console.log(JSON.stringify({ count, bytes, heldMore: heldAtLast - heldAtThird }));
