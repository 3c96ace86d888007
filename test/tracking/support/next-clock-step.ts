import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Resolves when a file that is created in the folder gets a later time than everything before this call: the system dates files with a
 * clock that advances in steps.
 */
export async function nextClockStep(folder: string): Promise<void> {
  const path = join(folder, "clock");
  const readClock = (): bigint => {
    writeFileSync(path, "tick");
    return statSync(path, { bigint: true }).mtimeNs;
  };
  const start = readClock();
  while (readClock() <= start) await nextTurn();
}
