/**
 * Calls the function for each item, with at most `concurrency` calls running. An item is read from the source only when its call
 * can start. After the first error no call starts; when the running ones have ended, the error is thrown.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  let running = 0;
  let notifyEnd: (() => void) | undefined;
  const end = (): void => {
    running -= 1;
    notifyEnd?.();
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
    end();
  };
  const waitUntilRunning = async (max: number): Promise<void> => {
    while (running > max) {
      await new Promise<void>((resolve) => {
        notifyEnd = resolve;
      });
    }
  };
  try {
    for await (const item of items) {
      if (failure) break;
      running += 1;
      work(item).then(end, fail);
      await waitUntilRunning(concurrency - 1);
    }
  } finally {
    await waitUntilRunning(0);
  }
  if (failure) throw failure.error;
}
