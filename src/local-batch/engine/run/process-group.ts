import { readFile } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { hasCode } from "../../../core/index.js";
import type { RunRecord } from "../../state/records.js";
import { readProcessStart } from "../../state/read-process-start.js";

/** The leader of the process group of a run. The start time distinguishes it from a later process with the same id. */
export type ProcessIdentity = NonNullable<RunRecord["process"]>;

/** A running group, started by this service or an earlier one. */
export interface RunningGroup {
  readonly identity: ProcessIdentity;
  /** The exit status; `undefined` if there is none. Never rejects. */
  readonly ended: Promise<number | undefined>;
}

export async function identify(id: number): Promise<ProcessIdentity> {
  return { id, startedAt: (await readProcessStart(id)) ?? "" };
}

export async function isRunning({ id, startedAt }: ProcessIdentity): Promise<boolean> {
  return signalGroup(id, 0) && ((await readProcessStart(id)) ?? "") === startedAt;
}

/** The status that a run's process has written; `undefined` until it is written completely. */
export async function readExitStatus(path: string): Promise<number | undefined> {
  try {
    const written = await readFile(path, "latin1");
    return written.endsWith("\n") ? Number(written) : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/**
 * The interval of checking a process that is not a child of this one: the system reports its end only to its parent.
 */
const pollIntervalInMs = 100;

/** Watches a group that an earlier service started. */
export function adopt(identity: ProcessIdentity, exitStatusPath: string): RunningGroup {
  const ended = async (): Promise<number | undefined> => {
    while (await isRunning(identity)) await setTimeout(pollIntervalInMs);
    await killGroup(identity.id);
    return await readExitStatus(exitStatusPath);
  };
  return { identity, ended: ended() };
}

/**
 * Ends all processes of the group: SIGTERM, and SIGKILL for those left after `graceInMs`; SIGKILL immediately if
 * `graceInMs` is 0. Resolves when its leader is gone.
 */
export async function endGroup({ identity, ended }: RunningGroup, graceInMs: number): Promise<void> {
  if (graceInMs > 0) {
    const enough = new AbortController();
    signalGroup(-identity.id, "SIGTERM");
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
 * Kills the remaining processes of a group whose leader may be gone, and waits until it is empty. The group's id is not
 * reused before that.
 */
export async function killGroup(id: number): Promise<void> {
  signalGroup(-id, "SIGKILL");
  for (let looks = 0; signalGroup(-id, 0) && looks < maxChecks; looks++) await setTimeout(checkIntervalInMs);
}

/** A killed process is gone within that time, except in a container whose first process does not reap zombies. */
const [maxChecks, checkIntervalInMs] = [200, 5];

function signalGroup(id: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(id, signal);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    if (hasCode(error, "EPERM")) return true;
    throw error;
  }
}
