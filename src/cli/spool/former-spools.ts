import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { explain } from "../errors/explain.js";
import { formatBytes } from "../terminal/formats.js";
import { say } from "../terminal/terminal.js";
import type { LogPlan } from "../logs/log-plan.js";
import { LogUpload } from "../logs/log-upload.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { processStart } from "../process/wait-for-process.js";
import type { SpoolFolder } from "./spool-folder.js";

/** Everything of a tracked log but its file. */
export type StreamLogPlan = Omit<LogPlan, "sourcePath">;

interface Owner {
  /** Without a SAS: whose logs are in the folder. */
  readonly logs: readonly string[];
  readonly processId: number;
  /** Together with the number it names one process, also when the number is given to another one. */
  readonly processStart: string;
}

interface Limits {
  /** How long the store may take nothing. */
  readonly giveUpAfterMs: number;
  /** Ends it at once. */
  readonly stop: AbortSignal;
}

const ownerFile = "owner.json";

/** Says in the folder whose it is, for an attempt of the task that comes after a SIGKILL. */
export async function claimSpool(folder: string, plans: readonly StreamLogPlan[]): Promise<void> {
  const owner: Owner = {
    logs: plans.map(urlOf),
    processId: process.pid,
    processStart: (await processStart(process.pid)) ?? "",
  };
  await writeFile(join(folder, ownerFile), JSON.stringify(owner), { mode: 0o600 });
}

/**
 * Stores what a former attempt of the task has left beside our own folder: it was killed, or its store did not answer. To be
 * awaited before our own logs are opened, so that the former ones are whole when they are put aside.
 */
export async function storeFormerSpools(
  own: SpoolFolder,
  plans: readonly StreamLogPlan[],
  limits: Limits,
): Promise<void> {
  const parent = dirname(own.path);
  for (const name of (await readdir(parent)).sort()) {
    const folder = join(parent, name);
    if (!name.startsWith("batch-outputs-") || folder === own.path) continue;
    if (!(await isAbandoned(folder, plans))) continue;
    const claimed = `${own.path}.former`;
    try {
      // Of two attempts that begin at once, one gets it.
      await rename(folder, claimed);
      await claimSpool(claimed, plans);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      continue;
    }
    await storeFormer(claimed, plans, limits);
  }
}

async function storeFormer(
  folder: string,
  plans: readonly StreamLogPlan[],
  { giveUpAfterMs, stop }: Limits,
): Promise<void> {
  using patience = new RetryDeadline(giveUpAfterMs);
  patience.begin();
  stop.addEventListener("abort", () => {
    patience.limit(0);
  });
  let isStored = true;
  for (const plan of plans) {
    const sourcePath = join(folder, plan.path);
    const { size } = await stat(sourcePath);
    if (size === 0) continue;
    const log = new LogUpload({ ...plan, sourcePath, options: { ...plan.options, onExisting: "resume" } });
    const { position, error } = await log.finish(patience);
    if (error === undefined) {
      say(`${plan.kind} "${plan.path}" of a former attempt is stored to its end (${formatBytes(position)}).`);
      continue;
    }
    isStored = false;
    say(
      `${plan.kind} "${plan.path}" of a former attempt: ${formatBytes(size)} are in ${sourcePath}. ${explain(error)}\n` +
        `To store it: batch-outputs track --once ${sourcePath} --kind ${plan.kind} --destination former-${plan.path}`,
      { text: "batch-outputs run: NOT STORED:", style: "red" },
    );
  }
  if (isStored) await rm(folder, { recursive: true, force: true });
}

async function isAbandoned(folder: string, plans: readonly StreamLogPlan[]): Promise<boolean> {
  try {
    const {
      logs,
      processId,
      processStart: start,
    } = JSON.parse(await readFile(join(folder, ownerFile), "utf8")) as Owner;
    const isOurs = plans.every((plan, index) => logs[index] === urlOf(plan));
    return isOurs && (await processStart(processId)) !== start;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Not one of ours, or not written to its end: nobody knows whose it is.
    return false;
  }
}

function urlOf({ storage, kind, path }: StreamLogPlan): string {
  return storage.getOutput(kind, path).url;
}
