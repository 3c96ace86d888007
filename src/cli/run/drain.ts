import { setTimeout as sleep } from "node:timers/promises";
import type { Tee } from "./tee.js";

/** More than the capacity of a pipe: bytes beyond that were written after the command's end. */
const pipeCapacityBytes = 1024 * 1024;

const checkIntervalInMs = 50;

/**
 * Waits, after the command has ended, until its streams are read to their end. A process that the command left running
 * may hold them open. Then reading ends when they have been idle for some time, or when more has been read than the
 * command can have written. Time during which the output of this process is blocked does not count.
 *
 * @returns Whether the streams ended.
 */
export async function drain(
  streams: readonly Pick<Tee, "spooled" | "bytesRead" | "isSourceIdle">[],
  idleTimeInMs: number,
): Promise<boolean> {
  const state = { isOver: false };
  const ended = Promise.all(streams.map(({ spooled }) => spooled)).then(() => {
    state.isOver = true;
  });
  const bytesAtEnd = streams.map(({ bytesRead }) => bytesRead);
  const isBeyondPipe = (): boolean =>
    streams.some(({ bytesRead }, index) => bytesRead - (bytesAtEnd[index] ?? 0) > pipeCapacityBytes);
  for (let idleInMs = 0, elapsedInMs = 0; !state.isOver; elapsedInMs += checkIntervalInMs) {
    if (idleInMs >= idleTimeInMs || (elapsedInMs >= idleTimeInMs && isBeyondPipe())) return false;
    const timer = new AbortController();
    const tick = sleep(checkIntervalInMs, undefined, { signal: timer.signal }).catch(() => undefined);
    await Promise.race([ended, tick]);
    timer.abort();
    if (streams.every(({ isSourceIdle }) => isSourceIdle)) idleInMs += checkIntervalInMs;
  }
  return true;
}
