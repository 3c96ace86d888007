import { hasCode, quote } from "../../core/index.js";
import { explain } from "../errors/explain.js";

/**
 * Explains why a command could not be started. Node.js does not start batch files of Windows without a shell, because
 * that would be unsafe; Windows starts no other scripts.
 */
export function explainStartError(command: string, error: Error): string {
  return `cannot start ${quote(command)}: ${explainScript(command, error) ?? explain(error)}`;
}

function explainScript(command: string, error: Error): string | undefined {
  if (hasCode(error, "EINVAL") && /\.(?:bat|cmd)[. ]*$/i.test(command))
    return `a batch file is started by the shell of Windows, as in: batch-outputs run -- cmd.exe /c ${command}`;
  if (process.platform === "win32" && !hasCode(error, "ENOENT") && /\.ps1$/i.test(command))
    return `a script is started by PowerShell, as in: batch-outputs run -- powershell.exe -ExecutionPolicy Bypass -File ${command}`;
  return undefined;
}
