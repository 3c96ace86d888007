/**
 * Saves the files of folders, one call after the other, and tracks a file meanwhile. Its last line says what the process holds after
 * each call. `SHARE` is a `Share` in JSON.
 */
import { appendFileSync, readdirSync } from "node:fs";
import { TaskOutputStorage } from "azure-batch-outputs";

/** @typedef {{ url: string; taskId: string; log: string; folders: string[] }} Share */
/** @type {(text: string) => Share} */
const parseShare = JSON.parse;
const { url, taskId, log, folders } = parseShare(process.env["SHARE"] ?? "");
const storage = new TaskOutputStorage(url, taskId, {
  retryOptions: { maxTries: 10, retryDelayInMs: 20, maxRetryDelayInMs: 200 },
});

function countDescriptors() {
  return process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
}

/** @type {{ saved: number; descriptors: number; timers: number; files: number }[]} */
const rounds = [];
const tracked = await storage.saveTracked("TaskLog", log, {
  destinationPath: "app.log",
  flushIntervalInMs: 1_000,
});
for (const [round, folder] of folders.entries()) {
  const { savedCount, failedCount, entries } = await storage.saveMany("TaskOutput", "**", { cwd: folder });
  const failed = entries.find(({ error }) => error !== undefined);
  if (failedCount > 0) throw new Error(`${failedCount} files failed`, { cause: failed?.error });
  appendFileSync(log, `round ${round}\n`);
  await tracked.flush();
  const resources = process.getActiveResourcesInfo();
  rounds.push({
    saved: savedCount,
    descriptors: countDescriptors(),
    timers: resources.filter((name) => name === "Timeout").length,
    files: resources.filter((name) => name === "FSReqPromise").length,
  });
}
await tracked.close();
process.stdout.write(`${JSON.stringify({ rounds })}\n`);
