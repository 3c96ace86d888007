import type { Command } from "commander";
import { isBatchOutputsError } from "../../core/index.js";
import type { BatchAccountClient } from "../../batch/index.js";
import { explain } from "../errors/explain.js";
import { openBatchAccountIfNamed } from "../store/open-batch-account.js";
import { writeMessage } from "../terminal/terminal.js";

const unreachable = [
  "BatchUnreachable",
  "BatchBusy",
  "CertificateNotTrusted",
  "NotAuthorized",
  "PermissionMissing",
  "ClockSkew",
];

/** Whether an error means that the Batch service does not respond, or rejects the credential. */
export function isBatchUnreachable(error: unknown): boolean {
  return isBatchOutputsError(error) && unreachable.includes(error.code);
}

/**
 * Makes a call with the Batch account, if one is given. If the account does not respond, writes a message and calls
 * without it.
 */
export async function withBatchIfReachable<T>(
  command: Command,
  call: (batch: BatchAccountClient | undefined) => Promise<T>,
): Promise<T> {
  const batch = openBatchAccountIfNamed(command);
  try {
    return await call(batch);
  } catch (error) {
    if (batch === undefined || !isBatchUnreachable(error)) throw error;
    writeMessage(`Continuing without the Batch service: ${explain(error)}`, {
      text: "warning:",
      style: "yellow",
    });
    return await call(undefined);
  }
}
