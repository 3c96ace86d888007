import { redactText } from "../../core/index.js";

/**
 * Removes credentials from the logs of the Azure SDK (AZURE_LOG_LEVEL): its own list of safe headers and parameters
 * covers neither the URL of a proxy nor error messages. The SDK writes text to standard error, from several copies of
 * its logger if @azure/identity is installed beside this program; bytes, such as the output of a command, pass
 * unchanged.
 */
export function redactSdkLogs(): void {
  const write = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;
  process.stderr.write = (data: unknown, ...rest: unknown[]) =>
    write(typeof data === "string" ? redactText(data) : data, ...rest);
}
