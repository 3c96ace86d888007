import { rm } from "node:fs/promises";
import { join } from "node:path";
import { concernsAllOutputs, hasCode, isTransient } from "../../core/index.js";
import { explain } from "../errors/explain.js";
import { LogUpload } from "../logs/log-upload.js";
import { RetryDeadline } from "../logs/retry-deadline.js";
import { formatBytes } from "../terminal/formats.js";
import { writeMessage } from "../terminal/terminal.js";
import { warnNotStored } from "../terminal/warn-not-stored.js";
import { findEarlierSpools, type EarlierSpool } from "./earlier-spools.js";
import { isKeptLog } from "./is-kept-log.js";
import { PrivateFolder } from "./private-folder.js";
import type { SpoolFolder } from "./spool-folder.js";
import { createStoreCommand } from "./store-command.js";
import { claimSpool, findAbandonedAttempt, type StreamLogPlan } from "./spool-owner.js";

/** The limits of storing the data of earlier attempts. */
export interface EarlierSpoolLimits {
  /** Until it resolves, requests that the store refuses are repeated: the container may be prepared meanwhile. */
  readonly commandEnded: Promise<unknown>;
  /** The maximum time without accepted data after that. */
  readonly giveUpAfterInMs: number;
  /** Ends it immediately. */
  readonly abortSignal: AbortSignal;
}

/**
 * Stores the data that earlier attempts of the task left in spool folders, because they were killed or their store did
 * not respond. The oldest is stored first, since the logs of attempts are numbered in the order in which they are stored. Only
 * folders that belong to this user are used; others are reported and not changed. Must be awaited before the logs of
 * this attempt are opened, so that the earlier ones are complete when they are renamed.
 */
export async function storeEarlierSpools(
  own: SpoolFolder,
  plans: readonly StreamLogPlan[],
  limits: EarlierSpoolLimits,
): Promise<void> {
  const { abandoned, foreign } = await findEarlierSpools(own, plans);
  reportForeign(foreign);
  for (const [index, spool] of abandoned.entries()) {
    const error = await storeEarlierSpool(spool, `${own.path}.former-${index + 1}`, plans, limits);
    if (error === undefined || !concernsLaterSpools(error, limits)) continue;
    reportWaiting(abandoned.slice(index + 1));
    return;
  }
}

/** Whether the data of later attempts is not stored either, so that the attempts are stored in order. */
function concernsLaterSpools(error: unknown, { abortSignal }: EarlierSpoolLimits): boolean {
  return abortSignal.aborted || isTransient(error) || concernsAllOutputs(error);
}

/**
 * Returns the error if the data is not stored.
 *
 * @param claimed - The path to which this process renames the folder. Of two attempts that start at the same time, one
 * succeeds.
 */
async function storeEarlierSpool(
  spool: EarlierSpool,
  claimed: string,
  plans: readonly StreamLogPlan[],
  limits: EarlierSpoolLimits,
): Promise<unknown> {
  await using folder = await PrivateFolder.open(spool.path);
  try {
    const attempt = folder && (await findAbandonedAttempt(folder, plans));
    if (!folder || attempt?.attemptId !== spool.attemptId) return undefined;
    if (!(await folder.moveTo(claimed))) return undefined;
    await claimSpool(folder, spool, plans);
  } catch (error) {
    // Another attempt has claimed it.
    if (hasCode(error, "ENOENT")) return undefined;
    warnNotStored(`the logs of an earlier attempt are in ${spool.path} or ${claimed}. ${explain(error)}`);
    return error;
  }
  const error = await storeLogs(folder, { ...spool, path: claimed }, plans, limits);
  if (error === undefined) await rm(claimed, { recursive: true, force: true });
  return error;
}

/** Stores the logs in the folder of an attempt. Returns the first error. */
async function storeLogs(
  folder: PrivateFolder,
  spool: EarlierSpool,
  plans: readonly StreamLogPlan[],
  { commandEnded, giveUpAfterInMs, abortSignal }: EarlierSpoolLimits,
): Promise<unknown> {
  using deadline = new RetryDeadline(giveUpAfterInMs);
  const abort = (): void => {
    deadline.limitTo(0);
  };
  if (abortSignal.aborted) abort();
  abortSignal.addEventListener("abort", abort, { once: true });
  const startDeadline = (): void => {
    deadline.start();
  };
  commandEnded.then(startDeadline, startDeadline);
  let firstError: unknown;
  for (const { plan, sizeBytes } of await findLogsToStore(folder, plans)) {
    if (await isKeptLog(plan, spool, { sizeBytes, deadline })) continue;
    // When the lines were written is not known any more.
    const own = { onExisting: "resume", attemptId: spool.attemptId, lineTimes: false } as const;
    const options = { ...plan.options, ...own };
    const upload = new LogUpload({ ...plan, sourcePath: folder.getPath(plan.path), options });
    await Promise.race([upload.waitUntilOpen(), commandEnded]);
    deadline.start();
    const { position, error } = await upload.finish(deadline);
    const name = `${plan.kind} "${plan.path}" of an earlier attempt`;
    if (error === undefined) {
      if (sizeBytes > 0) writeMessage(`${name} is stored completely (${formatBytes(position)}).`);
      continue;
    }
    firstError ??= error;
    const copy = join(spool.path, plan.path);
    warnNotStored(
      `${name}: ${formatBytes(sizeBytes)} are in ${copy}. ${explain(error)}`,
      `To store it: ${createStoreCommand(copy, { ...plan, path: `former-${plan.path}` })}`,
    );
  }
  abortSignal.removeEventListener("abort", abort);
  return firstError;
}

/**
 * Finds the logs of an attempt, if it wrote anything. An empty log is stored beside the other one, because attempts are
 * numbered separately for each log, and `stdout.attempt-2.txt` and `stderr.attempt-2.txt` must be of the same attempt.
 */
async function findLogsToStore(
  folder: PrivateFolder,
  plans: readonly StreamLogPlan[],
): Promise<readonly { readonly plan: StreamLogPlan; readonly sizeBytes: number }[]> {
  const logs: { plan: StreamLogPlan; sizeBytes: number }[] = [];
  for (const plan of plans) {
    const sizeBytes = await folder.readSize(plan.path);
    if (sizeBytes !== undefined) logs.push({ plan, sizeBytes });
  }
  return logs.some(({ sizeBytes }) => sizeBytes > 0) ? logs : [];
}

function reportForeign([first, ...others]: readonly string[]): void {
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  writeMessage(`Not used: ${first}${more}. A spool folder must be a folder that only this user can access.`);
}

function reportWaiting(spools: readonly EarlierSpool[]): void {
  if (spools.length === 0) return;
  const paths = spools.map(({ path }) => path).join(", ");
  warnNotStored(
    `the logs of attempts after that one are in ${paths}. The next attempt on this node stores them.`,
  );
}
