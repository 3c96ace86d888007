/** Transfers and lists with this package, as a program would: `node ours.mjs up|down|list|list-by-task CONTAINER_URL FOLDER`. Prints the count. */
import { JobOutputStorage, TaskOutputStorage } from "azure-batch-outputs";

const [work = "", url = "", folder = ""] = process.argv.slice(2);
const task = new TaskOutputStorage(url, "task-00000");
const job = new JobOutputStorage(url);

/** @param {{ entries: readonly { error?: Error }[] }} report */
function counted({ entries }) {
  for (const { error } of entries) if (error) throw error;
  return entries.length;
}

/** Reads all properties of the listed outputs. @param {AsyncIterable<import("azure-batch-outputs").OutputFileReference>} outputs */
async function countOf(outputs) {
  let count = 0;
  for await (const { taskId, kind, filePath, size, lastModified, contentType } of outputs)
    if (taskId && kind && filePath && size !== undefined && lastModified && contentType) count += 1;
  return count;
}

async function listByTask() {
  let count = 0;
  const tasks = job.listTasks()[Symbol.asyncIterator]();
  const some = async () => {
    for (let next = await tasks.next(); next.done !== true; next = await tasks.next()) {
      const more = await countOf(job.getTaskOutputStorage({ id: next.value }).listOutputs());
      count += more;
    }
  };
  await Promise.all(Array.from({ length: 16 }, some));
  return count;
}

/** @type {Record<string, () => Promise<number>>} */
const works = {
  up: async () => counted(await task.saveMany("TaskOutput", "**", { cwd: folder })),
  down: async () => counted(await task.downloadOutputs(folder, { kind: "TaskOutput" })),
  list: () => countOf(job.listAllOutputs()),
  "list-by-task": listByTask,
};
console.log(await works[work]?.());
