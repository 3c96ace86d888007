import { expect, vi } from "vitest";

import { conditionTimeoutInMs } from "../../support/time-limits.js";

/** Waits until `read` gives what is wanted: for what the service does by itself, with no limit but that of hanging. */
export async function expectEventually(read: () => Promise<unknown>, wanted: unknown): Promise<void> {
  await expect.poll(read, { interval: 50 }).toEqual(wanted);
}

/** Waits until `read` gives anything that counts as true, and gives that; with no limit but that of hanging. */
export async function waitUntilTrue<T>(
  read: () => T | Promise<T>,
): Promise<Exclude<T, false | null | undefined | "" | 0>> {
  const found: unknown = await vi.waitUntil(read, { timeout: conditionTimeoutInMs, interval: 20 });
  return found as Exclude<T, false | null | undefined | "" | 0>;
}
