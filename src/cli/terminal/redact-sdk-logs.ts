import { redactText } from "../../core/index.js";

/**
 * Takes credentials out of what the Azure SDK logs with AZURE_LOG_LEVEL: its own list of safe headers and parameters covers
 * neither the URL of a proxy nor messages of errors. The SDK writes text to standard error, from more than one copy of its
 * logger where @azure/identity is installed beside this program; bytes, as of a command that is run, pass unchanged.
 */
export function redactSdkLogs(): void {
  const write = process.stderr.write.bind(process.stderr) as (...args: unknown[]) => boolean;
  process.stderr.write = (data: unknown, ...rest: unknown[]) =>
    write(typeof data === "string" ? redactText(data) : data, ...rest);
}
