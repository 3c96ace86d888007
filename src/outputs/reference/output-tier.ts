import { type OperationOptions, requireObject, requireOneOf } from "../../core/index.js";

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
