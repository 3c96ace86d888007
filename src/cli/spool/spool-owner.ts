import { processStart } from "../process/wait-for-process.js";
import type { LogPlan } from "../logs/log-plan.js";
import type { PrivateFolder } from "./private-folder.js";

/** A log without the file that it is stored from. */
export type StreamLogPlan = Omit<LogPlan, "sourcePath">;

/** The process and the logs that the data of a spool folder belongs to. */
interface SpoolOwner {
  /** URLs of the logs, without a SAS. */
  readonly logs: readonly string[];
  readonly processId: number;
  /** Together with the process id it identifies one process, even if the system reuses the id. */
  readonly processStart: string;
}

const ownerFile = "owner.json";

const maxOwnerFileBytes = 64 * 1024;

/** Records in the folder that it contains data of this process, for the next attempt if this one is killed. */
export async function claimSpool(folder: PrivateFolder, plans: readonly StreamLogPlan[]): Promise<void> {
  const owner: SpoolOwner = {
    logs: plans.map(logUrl),
    processId: process.pid,
    processStart: (await processStart(process.pid)) ?? "",
  };
  await folder.writeText(ownerFile, JSON.stringify(owner));
}

/** Whether the folder contains data of these logs, and the process that wrote it has ended. */
export async function isAbandonedSpool(
  folder: PrivateFolder,
  plans: readonly StreamLogPlan[],
): Promise<boolean> {
  const owner = parseOwner(await folder.readText(ownerFile, maxOwnerFileBytes));
  if (!owner) return false;
  const isForLogs = plans.every((plan, index) => owner.logs[index] === logUrl(plan));
  return isForLogs && (await processStart(owner.processId)) !== owner.processStart;
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
  const { logs, processId, processStart: start } = owner ?? {};
  if (!Array.isArray(logs) || typeof processId !== "number" || typeof start !== "string") return undefined;
  return { logs, processId, processStart: start };
}

function logUrl({ storage, kind, path }: StreamLogPlan): string {
  return storage.getOutput(kind, path).url;
}
