import { AzureLogger } from "@azure/logger";
import { inspect } from "node:util";
import { redactText } from "../../core/index.js";

/**
 * Takes credentials out of what the Azure SDK logs with AZURE_LOG_LEVEL: its own list of safe headers and parameters does
 * not cover the settings of a proxy, nor messages of errors.
 */
export function redactSdkLogs(): void {
  const write = AzureLogger.log;
  AzureLogger.log = (...args: unknown[]) => {
    write(...args.map((arg) => redactText(typeof arg === "string" ? arg : inspect(arg))));
  };
}
