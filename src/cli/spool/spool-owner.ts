import { readProcessStart } from "../process/wait-for-process.js";
import type { LogPlan } from "../logs/log-plan.js";
import type { PrivateFolder } from "./private-folder.js";

/** A log without the file that it is stored from. */
export type StreamLogPlan = Omit<LogPlan, "sourcePath">;

/** The attempt that wrote the data of a spool folder. */
export interface SpoolAttempt {
  /** Unique, so that the data is never confused with that of another attempt that wrote the same text. */
  readonly attemptId: string;
  /** When the attempt began, in milliseconds since 1970. */
  readonly startedAtInMs: number;
}

/** The attempt, the process and the logs that the data of a spool folder belongs to. */
interface SpoolOwner extends SpoolAttempt {
  /** URLs of the logs, without a SAS. */
  readonly logs: readonly string[];
  readonly processId: number;
  /** Together with the process id it identifies one process, even if the system reuses the id. */
  readonly processStart: string;
}

const ownerFile = "owner.json";

const maxOwnerFileBytes = 64 * 1024;

/**
 * Records in the folder that this process stores its data, so that the next attempt can store the data if this one is
 * killed.
 */
export async function claimSpool(
  folder: PrivateFolder,
  { attemptId, startedAtInMs }: SpoolAttempt,
  plans: readonly StreamLogPlan[],
): Promise<void> {
  const owner: SpoolOwner = {
    attemptId,
    startedAtInMs,
    logs: plans.map(logUrl),
    processId: process.pid,
    processStart: (await readProcessStart(process.pid)) ?? "",
  };
  await folder.writeText(ownerFile, JSON.stringify(owner));
}

/**
 * Returns the attempt that left data of these logs in the folder; `undefined` unless the process that owned the folder
 * has ended.
 */
export async function findAbandonedAttempt(
  folder: PrivateFolder,
  plans: readonly StreamLogPlan[],
): Promise<SpoolAttempt | undefined> {
  const owner = parseOwner(await folder.readText(ownerFile, maxOwnerFileBytes));
  if (!owner) return undefined;
  const isForLogs = plans.every((plan, index) => owner.logs[index] === logUrl(plan));
  if (!isForLogs) return undefined;
  // Another process with the id of this one has ended, also where the system does not show when a process started.
  const hasOwnId = owner.processId === process.pid;
  const isAbandoned = hasOwnId || (await readProcessStart(owner.processId)) !== owner.processStart;
  return isAbandoned ? owner : undefined;
}

/** Returns `undefined` for a file that was not written completely. */
function parseOwner(text: string | undefined): SpoolOwner | undefined {
  if (text === undefined) return undefined;
  let owner: Partial<SpoolOwner> | null;
  try {
    owner = JSON.parse(text) as Partial<SpoolOwner> | null;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  const { attemptId, startedAtInMs, logs, processId, processStart: start } = owner ?? {};
  if (typeof attemptId !== "string" || typeof startedAtInMs !== "number") return undefined;
  if (!Array.isArray(logs) || typeof processId !== "number" || typeof start !== "string") return undefined;
  return { attemptId, startedAtInMs, logs, processId, processStart: start };
}

function logUrl({ storage, kind, path }: StreamLogPlan): string {
  return storage.getOutput(kind, path).url;
}
