const isFull = process.env["WINDOWS_TESTS"] === "full";

/**
 * Tests of the command line that run on Windows, under Node.js and as the executable, each group in a process of its own.
 * `WINDOWS_TESTS=full` adds those that start many processes: that takes a quarter of an hour, and Wine's server does not always
 * outlive it.
 */
export const commandLineTests: readonly (readonly string[])[] = [
  ["test/windows/inside/command-line.ts", "test/windows/inside/commands.ts"],
  ...(isFull
    ? ["save", "download", "cat-verify", "track", "run"].map((name) => [`test/cli/${name}.test.ts`])
    : []),
];
