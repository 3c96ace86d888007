import { requireFunction, requireInteger, requireObject, requireOneOf } from "../../core/index.js";
import type { TransferProgress } from "../../storage/index.js";

/** Whether to replace an existing output, or local file, of the same name. */
export type OverwriteMode = "always" | "never" | "if-changed";

/** Options of both saving and downloading. */
export interface TransferOptions {
  readonly overwrite?: OverwriteMode | undefined;
  readonly onProgress?: ((progress: TransferProgress) => void) | undefined;
  readonly concurrency?: number | undefined;
}

/** Throws an argument error for invalid options. */
export function requireTransferOptions(options: TransferOptions): void {
  requireObject(options, "options");
  const { overwrite, onProgress, concurrency } = options;
  if (overwrite !== undefined)
    requireOneOf(overwrite, ["always", "never", "if-changed"], "options.overwrite");
  if (onProgress !== undefined) requireFunction(onProgress, "options.onProgress");
  if (concurrency !== undefined) requireInteger(concurrency, "options.concurrency", { min: 1, max: 1000 });
}
