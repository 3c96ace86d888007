import { hasCode, quote } from "../../core/index.js";
import { explain } from "../errors/explain.js";

/**
 * Explains why a command could not be started. Node.js does not start batch files of Windows without a shell, because
 * that would be unsafe.
 */
export function explainStartError(command: string, error: Error): string {
  const isBatchFile = hasCode(error, "EINVAL") && /\.(?:bat|cmd)$/i.test(command);
  const reason = isBatchFile
    ? `a batch file is started by the shell of Windows, as in: batch-outputs run -- cmd.exe /c ${command}`
    : explain(error);
  return `cannot start ${quote(command)}: ${reason}`;
}
