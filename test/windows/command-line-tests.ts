/** Tests of the command line that run on Windows, under Node.js and as the executable, each group in a process of its own. */
export const commandLineTests: readonly (readonly string[])[] = [
  ["test/windows/inside/command-line.ts", "test/windows/inside/commands.ts"],
];
