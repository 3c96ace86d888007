/** Tests of the command line that run on Windows, under Node.js and as the executable. */
export const commandLineTests: readonly string[] = ["test/windows/inside/command-line.ts"];
