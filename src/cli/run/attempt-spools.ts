import { explain } from "../errors/explain.js";
import { PrivateFolder } from "../spool/private-folder.js";
import type { SpoolFolder } from "../spool/spool-folder.js";
import { claimSpool, type StreamLogPlan } from "../spool/spool-owner.js";
import { type EarlierSpoolLimits, storeEarlierSpools } from "../spool/store-earlier-spools.js";
import { writeMessage } from "../terminal/terminal.js";

/**
 * Records the owner of the data in the spool folder. Must be called before the command writes anything, because this
 * process may be killed at any time after that.
 */
export async function claimForLaterAttempts(
  folder: SpoolFolder,
  plans: readonly StreamLogPlan[],
): Promise<void> {
  try {
    await using own = await PrivateFolder.open(folder.path);
    if (own) await claimSpool(own, { attemptId: folder.attemptId, startedAtInMs: Date.now() }, plans);
  } catch (error) {
    writeMessage(
      `A later attempt cannot store the data that this one leaves in ${folder.path}. ${explain(error)}`,
    );
  }
}

/** Stores the data of earlier attempts on this node while the command runs. If that fails, this attempt does not fail. */
export async function storeEarlierAttempts(
  folder: SpoolFolder,
  plans: readonly StreamLogPlan[],
  limits: EarlierSpoolLimits,
): Promise<void> {
  if (plans.length === 0) return;
  try {
    await storeEarlierSpools(folder, plans, limits);
  } catch (error) {
    writeMessage(`The spool folders of earlier attempts cannot be read. ${explain(error)}`);
  }
}
