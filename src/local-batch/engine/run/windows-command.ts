import { splitCommandLine } from "./split-command-line.js";

/** Also by its whole path, of which the backslashes are gone by then. */
const windowsShell = /(^|system32|v1\.0)(cmd|powershell)(\.exe)?$/i;

/** Why a command that begins with a shell of Windows does not run. */
export const windowsCommandReason =
  "cmd and powershell are shells of Windows, and this service runs tasks on Linux and macOS: write the command for /bin/sh, such as /bin/sh -c 'echo hello'";

/** Whether a program, as the first word of a command line, is a shell of Windows. */
export function isWindowsShell(program: string): boolean {
  return windowsShell.test(program);
}

/** Whether a command line begins with a shell of Windows. */
export function isWindowsCommand(commandLine: string): boolean {
  return isWindowsShell(splitCommandLine(commandLine)?.[0] ?? "");
}
