import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { hasCode } from "../../../core/index.js";
import type { RunRecord } from "../../state/records.js";
import { processStartedAt } from "../../state/process-started-at.js";

/** A process that leads the group of all that a run has started, told apart from a later one with the same id. */
export type ProcessIdentity = NonNullable<RunRecord["process"]>;

/** A group that runs, whoever started it. */
export interface RunningGroup {
  readonly identity: ProcessIdentity;
  /** The exit status; `undefined` when it went without one. Never rejects. */
  readonly ended: Promise<number | undefined>;
}

export async function identify(id: number): Promise<ProcessIdentity> {
  return { id, startedAt: (await processStartedAt(id)) ?? "" };
}

export async function isRunning({ id, startedAt }: ProcessIdentity): Promise<boolean> {
  return signalTo(id, 0) && ((await processStartedAt(id)) ?? "") === startedAt;
}

/** The status that a run's process has written behind itself; `undefined` as long as it has not, or not to the end. */
export async function readExitStatus(path: string): Promise<number | undefined> {
  try {
    const written = await readFile(path, "latin1");
    return written.endsWith("\n") ? Number(written) : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** How often a process that is not our child is looked at: the system tells its end to nobody else than its parent. */
const pollIntervalInMs = 100;

/** A group that a service started which is no more. */
export function adopt(identity: ProcessIdentity, exitStatusPath: string): RunningGroup {
  const ended = async (): Promise<number | undefined> => {
    while (await isRunning(identity)) await setTimeout(pollIntervalInMs);
    await killGroup(identity.id);
    return await readExitStatus(exitStatusPath);
  };
  return { identity, ended: ended() };
}

/**
 * Ends everything in the group: SIGTERM, and SIGKILL for what is left after `graceInMs`; SIGKILL at once for 0. Resolves when
 * its leader is gone.
 */
export async function endGroup({ identity, ended }: RunningGroup, graceInMs: number): Promise<void> {
  if (graceInMs > 0) {
    const enough = new AbortController();
    signalTo(-identity.id, "SIGTERM");
    await Promise.race([
      ended,
      setTimeout(graceInMs, undefined, { signal: enough.signal }).catch(() => undefined),
    ]);
    enough.abort();
  }
  await killGroup(identity.id);
  await ended;
}

/**
 * Kills what is left of a group whose leader may be gone, and waits until it is no more: whatever the run did is over then.
 * An id stays taken as long as one of its group is there.
 */
export async function killGroup(id: number): Promise<void> {
  signalTo(-id, "SIGKILL");
  for (let looks = 0; signalTo(-id, 0) && looks < maxChecks; looks++) await setTimeout(checkIntervalInMs);
}

/** A killed process is gone within that, but in a container whose first process does not bury the dead, it never is. */
const [maxChecks, checkIntervalInMs] = [200, 5];

function signalTo(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    if (hasCode(error, "EPERM")) return true;
    throw error;
  }
}
