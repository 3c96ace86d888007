/**
 * How large the large tests are. Each is large enough to pass the bound that it checks several times over, so that what is
 * held in memory would show; `LARGE_TESTS=full`, as in CI, takes the sizes that the documents name.
 */
const isFull = process.env["LARGE_TESTS"] === "full";
const mebibyte = 1024 * 1024;

export const scale = isFull
  ? {
      fileBytes: 3 * 1024 * mebibyte,
      streamBytes: 1024 * mebibyte,
      logBytes: 2 * 1024 * mebibyte,
      files: { count: 20_000, bytes: 8 * 1024 },
      viewed: { logBytes: 5 * 1024 * mebibyte, taskCount: 10_000 },
      failedTasks: { some: 20_000, many: 100_000 },
    }
  : {
      fileBytes: 768 * mebibyte,
      streamBytes: 512 * mebibyte,
      logBytes: 512 * mebibyte,
      files: { count: 5_000, bytes: 32 * 1024 },
      viewed: { logBytes: 1024 * mebibyte, taskCount: 3_000 },
      failedTasks: { some: 10_000, many: 40_000 },
    };

/** What a process gets in the first seconds is chance: where each gets little, it takes longer until shares are to be seen. */
export const throttled = {
  perSecond: 40,
  secondsOf: (processCount: number) => (processCount === 1 ? 10 : 40),
};
