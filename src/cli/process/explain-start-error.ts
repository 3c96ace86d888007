import { existsSync } from "node:fs";
import { hasCode, quote } from "../../core/index.js";
import { explain } from "../errors/explain.js";

/** What the system says of a program's file, in the words of `why`. */
function explainFile(command: string, error: Error): string | undefined {
  if (hasCode(error, "ENOENT"))
    return existsSync(command) && /[/\\]/.test(command)
      ? "the file exists, but a program that it needs was not found: check the interpreter in its first line (#!)"
      : "it was not found: check its name, PATH, and that it is installed on the node";
  if (hasCode(error, "EACCES"))
    return "it cannot be executed: check that it is a file, and its permissions (chmod +x)";
  if (hasCode(error, "ENOEXEC"))
    return "it is not a program for this machine, or a script without an interpreter in its first line (#!)";
  return undefined;
}

/**
 * Explains why a command could not be started. Node.js does not start batch files of Windows without a shell, because
 * that would be unsafe; Windows starts no other scripts.
 */
export function explainStartError(command: string, error: Error): string {
  return `cannot start ${quote(command)}: ${explainScript(command, error) ?? explainFile(command, error) ?? explain(error)}`;
}

function explainScript(command: string, error: Error): string | undefined {
  if (hasCode(error, "EINVAL") && /\.(?:bat|cmd)[. ]*$/i.test(command))
    return `a batch file is started by the shell of Windows, as in: batch-outputs run -- cmd.exe /c ${command}`;
  if (process.platform === "win32" && !hasCode(error, "ENOENT") && /\.ps1$/i.test(command))
    return `a script is started by PowerShell, as in: batch-outputs run -- powershell.exe -ExecutionPolicy Bypass -File ${command}`;
  return undefined;
}
