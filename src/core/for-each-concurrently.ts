/**
 * Calls the function for every item, so many at a time, taking items as there is room: the source is never read
 * ahead of the work. The first error stops the taking, waits for what is under way, and is thrown.
 */
export async function forEachConcurrently<T>(
  items: Iterable<T> | AsyncIterable<T>,
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  let failure: { error: unknown } | undefined;
  let running = 0;
  let tellOfEnd: (() => void) | undefined;
  const end = (): void => {
    running -= 1;
    tellOfEnd?.();
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
    end();
  };
  const untilRunning = async (most: number): Promise<void> => {
    while (running > most) {
      await new Promise<void>((resolve) => {
        tellOfEnd = resolve;
      });
    }
  };
  try {
    for await (const item of items) {
      if (failure) break;
      running += 1;
      work(item).then(end, fail);
      await untilRunning(concurrency - 1);
    }
  } finally {
    await untilRunning(0);
  }
  if (failure) throw failure.error;
}
