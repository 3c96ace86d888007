import { forEachConcurrently } from "../../src/core/index.js";
import type { BatchOutputsClient } from "../../src/outputs/index.js";
import { createFailedLog, createGoodLog, plantedCauses } from "./planted-failures.js";

/** How the logs of tasks are stored, one task after the other. */
const encodings: readonly ((text: string) => Buffer)[] = [
  (text) => Buffer.from(text),
  (text) => Buffer.from(`\ufeff${text}`, "utf16le"),
  (text) => Buffer.from(`größe\n${text}`, "latin1"),
  (text) => Buffer.from(text.replaceAll("\n", "\r\n")),
];

export interface FailedJobOptions {
  readonly tasks: number;
  /** The first tasks fail, for five reasons; the rest succeed, every tenth at the second attempt. */
  readonly failures: number;
  /** The size of the log of the last task. */
  readonly largeLogBytes: number;
}

/** The number of reasons. */
export const failedJobCauses = 5;

/** Saves what the tasks of a job leave behind of which some failed: logs in several encodings, records of runs, tables. */
export async function saveFailedJob(
  client: BatchOutputsClient,
  jobId: string,
  { tasks, failures, largeLogBytes }: FailedJobOptions,
): Promise<void> {
  const numbers = Array.from({ length: tasks }, (_, n) => n);
  await forEachConcurrently(numbers, 16, async (n) => {
    const storage = client.getTaskOutputStorage(jobId, `t${n}`);
    const cause = n < failures ? plantedCauses[n % failedJobCauses] : undefined;
    const encode = encodings[n % encodings.length] ?? ((text: string) => Buffer.from(text));
    const log = cause ? createFailedLog(cause, n) : createGoodLog(n);
    if (cause === undefined && n % 10 === 0) await (await storage.recordRun()).end({ exitCode: 1 });
    const run = await storage.recordRun({ nodeId: `node-${n % 7}` });
    const padding = n === tasks - 1 ? Buffer.alloc(largeLogBytes, "a line of work\n") : Buffer.alloc(0);
    await storage.saveData("TaskLog", Buffer.concat([encode(log), padding]), "stderr.txt");
    if (cause === undefined) await storage.saveText("TaskOutput", `n,value\n${n},1\n`, "result.csv");
    await run.end({ exitCode: cause?.exitCode ?? 0 });
  });
}
