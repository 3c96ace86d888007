import { appendFile, readFile, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { buffer } from "node:stream/consumers";

import type { OutputFileReference } from "../../../src/outputs/index.js";
import { type Place, pure, readAll, type Use, type Uses } from "../support/use.js";

export const text = "a text of some length, which is read in one request\n";

/** More than is read or written with one request. */
const large = Buffer.alloc(9 * 1024 * 1024, "0123456789abcdef");

async function saveSome({ outputs }: Place): Promise<void> {
  for (const name of ["a", "b", "c"]) await outputs.saveText("TaskOutput", `${text}${name}`, `${name}.txt`);
}

async function saveLarge({ outputs }: Place): Promise<void> {
  await outputs.saveData("TaskOutput", large, "large.bin");
}

async function writeSome({ folder }: Place): Promise<void> {
  for (const name of ["a", "b", "c"]) await writeFile(join(folder, `${name}.txt`), `${text}${name}`);
}

async function writeLog({ folder }: Place): Promise<void> {
  await writeFile(join(folder, "app.log"), text);
}

async function trackToEnd(place: Place): Promise<void> {
  await writeLog(place);
  await (
    await place.outputs.saveTracked("TaskLog", join(place.folder, "app.log"), { destinationPath: "app.log" })
  ).close();
}

async function trackTimes({ outputs, folder }: Place): Promise<void> {
  const path = join(folder, "app.log");
  await writeFile(path, "");
  const tracked = await outputs.saveTracked("TaskLog", path, { destinationPath: "app.log", lineTimes: true });
  await tracked.flush();
  await appendFile(path, "line\n");
  await tracked.close();
}

const useTimes: Use = {
  prepare: trackTimes,
  isReadOnly: true,
  async run({ outputs }) {
    const times = await outputs.getOutput("TaskLog", "app.log").getLineTimes();
    return [times?.endPosition, times?.find(0) !== undefined];
  },
};

function nameOf({ kind, filePath, size }: OutputFileReference): unknown {
  return { kind, filePath, size };
}

/** What is the same in each run of a comparison of contents. */
function digest(content: Buffer): string {
  if (content.equals(large)) return "the large content";
  if (content.equals(large.subarray(5))) return "from 5 on";
  if (content.length < 1_000) return content.toString("latin1");
  return content.every((byte) => byte === content[0]) ? "of another writer" : "mixed";
}

function failOfEntries(entries: readonly { readonly error?: Error }[]): void {
  for (const { error } of entries) if (error) throw error;
}

export const outputsUses: Uses = {
  "OutputStorage.save": {
    prepare: writeSome,
    async run({ outputs, folder }) {
      const { status } = await outputs.save("TaskOutput", join(folder, "a.txt"), {
        destinationPath: "a.txt",
      });
      return status;
    },
  },
  "OutputStorage.saveText": {
    run: async ({ outputs }) => (await outputs.saveText("TaskOutput", text, "a.txt")).status,
  },
  "OutputStorage.saveData": {
    run: async ({ outputs }) => (await outputs.saveData("TaskOutput", large, "large.bin")).status,
  },
  "OutputStorage.saveMany": {
    prepare: writeSome,
    async run({ outputs, folder }) {
      const { entries } = await outputs.saveMany("TaskOutput", "*.txt", { cwd: folder });
      failOfEntries(entries);
      return entries
        .map(({ path, status }) => ({ path, status }))
        .toSorted((one, other) => one.path.localeCompare(other.path));
    },
  },
  "OutputStorage.saveTracked": {
    prepare: writeLog,
    async run({ outputs, folder }) {
      const log = await outputs.saveTracked("TaskLog", join(folder, "app.log"), {
        destinationPath: "app.log",
      });
      await log.close();
      return log.position;
    },
  },
  "TrackedFile.flush": {
    prepare: writeLog,
    async run({ outputs, folder }) {
      const path = join(folder, "app.log");
      await using log = await outputs.saveTracked("TaskLog", path, { destinationPath: "app.log" });
      await log.flush();
      if ((await readFile(path)).length === text.length) await appendFile(path, text);
      await log.flush();
      return log.position;
    },
  },
  "TrackedFile.close": {
    prepare: writeLog,
    async run({ outputs, folder }) {
      const log = await outputs.saveTracked("TaskLog", join(folder, "app.log"), {
        destinationPath: "app.log",
      });
      await log.close();
      await log.close();
      return log.position;
    },
  },
  "TrackedFile.asyncDispose": {
    prepare: writeLog,
    async run({ outputs, folder }) {
      await using log = await outputs.saveTracked("TaskLog", join(folder, "app.log"), {
        destinationPath: "app.log",
      });
      return log.blobName;
    },
  },
  "OutputStorage.listOutputs": {
    prepare: saveSome,
    isReadOnly: true,
    run: async ({ outputs }) => (await readAll(outputs.listOutputs("TaskOutput"))).map(nameOf),
  },
  "JobOutputStorage.listAllOutputs": {
    prepare: saveSome,
    isReadOnly: true,
    run: async ({ job }) => (await readAll(job.listAllOutputs())).map(nameOf),
  },
  "JobOutputStorage.listTasks": {
    prepare: saveSome,
    isReadOnly: true,
    run: ({ job }) => readAll(job.listTasks()),
  },
  "JobOutputStorage.findOutputs": {
    needsTags: true,
    prepare: ({ client, jobId }) =>
      client
        .getTaskOutputStorage(jobId, "t1")
        .saveText("TaskOutput", text, "a.txt", { tags: { job: jobId } }),
    isReadOnly: true,
    run: async ({ client, jobId }) =>
      (await readAll(client.getJobOutputStorage(jobId).findOutputs({ job: jobId }))).map(
        ({ filePath }) => filePath,
      ),
  },
  "OutputStorage.downloadOutputs": {
    prepare: saveSome,
    isReadOnly: true,
    async run({ outputs, folder }) {
      const { entries } = await outputs.downloadOutputs(join(folder, "out"));
      failOfEntries(entries);
      return entries.map(({ path }) => relative(folder, path)).toSorted();
    },
  },
  "OutputFileReference.downloadToFile": {
    prepare: saveLarge,
    isReadOnly: true,
    async run({ outputs, folder }) {
      const path = join(folder, "large.bin");
      await outputs.getOutput("TaskOutput", "large.bin").downloadToFile(path);
      return digest(await readFile(path));
    },
  },
  "OutputFileReference.downloadToBuffer": {
    prepare: saveSome,
    isReadOnly: true,
    run: async ({ outputs }) => digest(await outputs.getOutput("TaskOutput", "a.txt").downloadToBuffer()),
  },
  "OutputFileReference.openRead": {
    prepare: saveLarge,
    isReadOnly: true,
    run: async ({ outputs }) =>
      digest(await buffer(await outputs.getOutput("TaskOutput", "large.bin").openRead({ offset: 5 }))),
  },
  "OutputFileReference.exists": {
    prepare: saveSome,
    isReadOnly: true,
    run: ({ outputs }) => outputs.getOutput("TaskOutput", "a.txt").exists(),
  },
  "OutputFileReference.getProperties": {
    prepare: saveSome,
    isReadOnly: true,
    async run({ outputs }) {
      const { size, contentType } = await outputs.getOutput("TaskOutput", "a.txt").getProperties();
      return { size, contentType };
    },
  },
  "OutputFileReference.getLineTimes": useTimes,
  "LineTimes.find": useTimes,
  "OutputFileReference.tail": {
    prepare: trackToEnd,
    isReadOnly: true,
    run: async ({ outputs }) =>
      digest(Buffer.concat(await readAll(outputs.getOutput("TaskLog", "app.log").tail({ follow: true })))),
  },
  "OutputFileReference.delete": {
    prepare: saveSome,
    isOnce: true,
    run: ({ client, jobId }) =>
      client.getTaskOutputStorage(jobId, "t1").getOutput("TaskOutput", "a.txt").delete(),
  },
  "OutputFileReference.setTier": {
    prepare: saveSome,
    run: ({ outputs }) => outputs.getOutput("TaskOutput", "a.txt").setTier("Cool"),
  },
  "TaskOutputStorage.recordRun": {
    async run({ outputs }) {
      await outputs.recordRun({ nodeId: "node-1" });
    },
  },
  "RecordedRun.update": {
    async run({ outputs }) {
      const run = await outputs.recordRun();
      await run.update({ nodeId: "node-1" });
    },
  },
  "RecordedRun.end": {
    async run({ outputs }) {
      const run = await outputs.recordRun();
      await run.end({ exitCode: 3 });
    },
  },
  "JobOutputStorage.listRuns": {
    prepare: async ({ outputs }) => (await outputs.recordRun()).end({ exitCode: 3 }),
    isReadOnly: true,
    run: async ({ job }) =>
      (await readAll(job.listRuns())).map(({ taskId, state, exitCode }) => ({ taskId, state, exitCode })),
  },
  "TaskOutputStorage.deleteRuns": {
    prepare: async ({ outputs }) => (await outputs.recordRun()).end({ exitCode: 3 }),
    isOnce: true,
    run: ({ client, jobId }) => client.getTaskOutputStorage(jobId, "t1").deleteRuns(),
  },
  "OutputStorage.getOutput": pure(({ outputs }) => outputs.getOutput("TaskOutput", "a.txt").filePath),
  "OutputStorage.getOutputStoragePath": pure(({ outputs }) => outputs.getOutputStoragePath("TaskOutput")),
  "OutputFileReference.toJSON": pure(
    ({ outputs }) => outputs.getOutput("TaskOutput", "a.txt").toJSON()["path"],
  ),
  "JobOutputStorage.getOutputByBlobName": pure(
    ({ job }) => job.getOutputByBlobName("t1/$TaskOutput/a.txt")?.filePath,
  ),
  "JobOutputStorage.getTaskOutputStorage": pure(({ job }) => job.getTaskOutputStorage("t2").taskId),
};
