import { AzureLogger, setLogLevel } from "@azure/logger";

/** Collects the lines that the Azure SDK's logger writes at the level `warning` while the work runs. */
export async function collectWarnings(work: () => Promise<unknown>): Promise<string[]> {
  const lines: string[] = [];
  const log = AzureLogger.log;
  AzureLogger.log = (...line: unknown[]) => void lines.push(line.map(String).join(" "));
  setLogLevel("warning");
  try {
    await work();
  } finally {
    setLogLevel();
    AzureLogger.log = log;
  }
  return lines;
}
