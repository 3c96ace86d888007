import { hasCode } from "../../core/index.js";
import { explain } from "../errors/explain.js";

/** Explains why a command could not be started. Node.js starts no batch files of Windows without a shell: it would be unsafe. */
export function explainStartError(command: string, error: Error): string {
  const isBatchFile = hasCode(error, "EINVAL") && /\.(?:bat|cmd)$/i.test(command);
  return isBatchFile
    ? `a batch file is started by the shell of Windows, as in: batch-outputs run -- cmd.exe /c ${command}`
    : explain(error);
}
