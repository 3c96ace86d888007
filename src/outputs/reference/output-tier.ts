import {
  omitUndefined,
  type OperationOptions,
  pickRequestOptions,
  requireObject,
  requireOneOf,
} from "../../core/index.js";
import { requireNoStoredFolder } from "./output-blobs.js";
import type { OutputContent } from "./output-content.js";

/** Access tiers of a blob. */
export type OutputTier = "Hot" | "Cool" | "Cold" | "Archive";

/** The access tiers, from the one for frequent use to the offline one. */
export const outputTiers: readonly OutputTier[] = ["Hot", "Cool", "Cold", "Archive"];

/** Options of {@link OutputFileReference.setTier}. */
export interface SetTierOptions extends OperationOptions {
  /**
   * The priority of a move out of `Archive`: "Standard" (the default) takes up to 15 hours; "High" takes less than an hour
   * for up to 10 GB, and costs more.
   */
  rehydratePriority?: "Standard" | "High" | undefined;
}

/** Throws an argument error for invalid arguments of `setTier`. */
export function requireSetTierArguments(tier: OutputTier, options: SetTierOptions): void {
  requireOneOf(tier, outputTiers, "tier");
  requireObject(options, "options");
  const { rehydratePriority } = options;
  if (rehydratePriority !== undefined)
    requireOneOf(rehydratePriority, ["Standard", "High"], "options.rehydratePriority");
}

/**
 * Moves the blob of an output to another tier. A blob that represents a folder has a tier too, which is of no use: unless the
 * output is listed, where folders are left out, that is checked.
 */
export async function setContentTier(
  { container, blob, blobName }: OutputContent,
  tier: OutputTier,
  options: SetTierOptions,
  isListed: boolean,
): Promise<void> {
  const { rehydratePriority } = options;
  const request = pickRequestOptions(options satisfies OperationOptions);
  if (!isListed) await requireNoStoredFolder(blob, blobName, request);
  const client = await container.loadClient();
  await client
    .getBlobClient(blobName)
    .setAccessTier(tier, { ...request, ...omitUndefined({ rehydratePriority }) });
}
