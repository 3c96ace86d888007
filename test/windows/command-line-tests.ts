const isFull = process.env["LARGE_TESTS"] === "full";

/**
 * Tests of the command line that run on Windows, under Node.js and as the executable, each group in a process of its own.
 * `LARGE_TESTS=full`, as in CI, adds those that start many processes, which takes longer in Wine than on Linux.
 */
export const commandLineTests: readonly (readonly string[])[] = [
  ["test/windows/inside/command-line.ts", "test/windows/inside/commands.ts"],
  ...(isFull
    ? ["save", "download", "cat-verify", "track", "run"].map((name) => [`test/cli/${name}.test.ts`])
    : []),
];
