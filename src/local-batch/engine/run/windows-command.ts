import { splitCommandLine } from "./split-command-line.js";

/** Matches a Windows shell, also with its path, whose backslashes are already removed. */
const windowsShell = /(^|system32|v1\.0)(cmd|powershell)(\.exe)?$/i;

/** The message for a command that begins with a Windows shell. */
export const windowsCommandReason =
  "cmd and powershell are shells of Windows, and this service runs tasks on Linux and macOS: write the command for /bin/sh, such as /bin/sh -c 'echo hello'";

/** Whether the first word of a command line is a Windows shell. */
export function isWindowsShell(program: string): boolean {
  return windowsShell.test(program);
}

/** Whether a command line begins with a Windows shell. */
export function isWindowsCommand(commandLine: string): boolean {
  return isWindowsShell(splitCommandLine(commandLine)?.[0] ?? "");
}
