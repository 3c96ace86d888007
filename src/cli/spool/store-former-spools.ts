import { readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { explain } from "../errors/explain.js";
import { LogUpload } from "../logs/log-upload.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { formatBytes } from "../terminal/formats.js";
import { writeMessage } from "../terminal/terminal.js";
import { PrivateFolder } from "./private-folder.js";
import type { SpoolFolder } from "./spool-folder.js";
import { claimSpool, isAbandonedSpool, type StreamLogPlan } from "./spool-owner.js";

/** The limits of storing the data of earlier attempts. */
export interface FormerSpoolLimits {
  /** How long the store may accept nothing. */
  readonly giveUpAfterInMs: number;
  /** Ends it immediately. */
  readonly abortSignal: AbortSignal;
}

/**
 * Stores the data that earlier attempts of the task left in spool folders, because they were killed or their store did
 * not respond. Only folders that belong to this user are used; others are reported and not changed. Must be awaited
 * before the logs of this attempt are opened, so that the earlier ones are complete when they are renamed.
 */
export async function storeFormerSpools(
  own: SpoolFolder,
  plans: readonly StreamLogPlan[],
  limits: FormerSpoolLimits,
): Promise<void> {
  const parent = dirname(own.path);
  const foreign: string[] = [];
  for (const name of (await readdir(parent)).sort()) {
    const path = join(parent, name);
    if (!name.startsWith("batch-outputs-") || path === own.path) continue;
    await using folder = await PrivateFolder.open(path);
    if (!folder) foreign.push(path);
    else if (await isAbandonedSpool(folder, plans))
      await storeFormerSpool(folder, `${own.path}.former`, plans, limits);
  }
  const [first] = foreign;
  if (first !== undefined) {
    const others = foreign.length === 1 ? "" : ` and ${foreign.length - 1} more`;
    writeMessage(
      `Not used: ${first}${others}. A spool folder must be a folder that only this user can access.`,
    );
  }
}

/**
 * @param claimed - The path to which this process renames the folder: of two attempts that start at once, one succeeds.
 */
async function storeFormerSpool(
  folder: PrivateFolder,
  claimed: string,
  plans: readonly StreamLogPlan[],
  limits: FormerSpoolLimits,
): Promise<void> {
  try {
    await rename(folder.path, claimed);
    if (!(await folder.isAt(claimed))) return;
    await claimSpool(folder, plans);
  } catch (error) {
    // Another attempt has claimed it.
    if (!(error instanceof Error)) throw error;
    return;
  }
  if (await storeLogs(folder, claimed, plans, limits)) await rm(claimed, { recursive: true, force: true });
}

async function storeLogs(
  folder: PrivateFolder,
  claimed: string,
  plans: readonly StreamLogPlan[],
  { giveUpAfterInMs, abortSignal }: FormerSpoolLimits,
): Promise<boolean> {
  using deadline = new RetryDeadline(giveUpAfterInMs);
  deadline.start();
  abortSignal.addEventListener("abort", () => {
    deadline.limitTo(0);
  });
  let isStored = true;
  for (const plan of plans) {
    const size = await folder.sizeOf(plan.path);
    if (size === undefined || size === 0) continue;
    const options = { ...plan.options, onExisting: "resume" } as const;
    const upload = new LogUpload({ ...plan, sourcePath: folder.getPath(plan.path), options });
    const { position, error } = await upload.finish(deadline);
    const name = `${plan.kind} "${plan.path}" of a former attempt`;
    if (error === undefined) {
      writeMessage(`${name} is stored to its end (${formatBytes(position)}).`);
      continue;
    }
    isStored = false;
    const copy = join(claimed, plan.path);
    writeMessage(
      `${name}: ${formatBytes(size)} are in ${copy}. ${explain(error)}\n` +
        `To store it: batch-outputs track --once ${copy} --kind ${plan.kind} --destination former-${plan.path}`,
      { text: "batch-outputs run: NOT STORED:", style: "red" },
    );
  }
  return isStored;
}
