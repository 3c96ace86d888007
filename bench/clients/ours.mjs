/** This package, as a program uses it: `node ours.mjs up|down|list CONTAINER_URL FOLDER`. */
import { JobOutputStorage, TaskOutputStorage } from "azure-batch-outputs";

const [work, url = "", folder = ""] = process.argv.slice(2);
let count = 0;
if (work === "list") {
  for await (const { size } of new JobOutputStorage(url).listAllOutputs()) if (size !== undefined) count += 1;
} else {
  const task = new TaskOutputStorage(url, "task-00000");
  const { entries } =
    work === "up"
      ? await task.saveMany("TaskOutput", "**", { cwd: folder })
      : await task.downloadOutputs(folder, { kind: "TaskOutput" });
  const failed = entries.find(({ error }) => error !== undefined);
  if (failed?.error) throw failed.error;
  count = entries.length;
}
console.log(count);
