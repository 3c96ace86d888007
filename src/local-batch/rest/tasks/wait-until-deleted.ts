import type { BatchState, CollectionName } from "../../state/batch-state.js";

/**
 * Resolves when the record is deleted, or after a time limit, so that a process that cannot be ended does not block the
 * client.
 */
export async function waitUntilDeleted(
  state: BatchState,
  collection: CollectionName,
  ids: readonly string[],
  maxWaitInMs = 10_000,
): Promise<void> {
  if (!state[collection].get(...ids)) return;
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const timer = setTimeout(finish, maxWaitInMs);
    const stop = state.onChange((change) => {
      if (change.collection === collection && !state[collection].get(...ids)) finish();
    });
  });
}
