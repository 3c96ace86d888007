import { batchUses } from "../uses/batch-uses.js";
import { clientUses } from "../uses/client-uses.js";
import { functionUses } from "../uses/function-uses.js";
import { outputsUses } from "../uses/outputs-uses.js";
import type { Uses } from "./use.js";

/** A use of each public method. */
export const allUses: Uses = {
  ...outputsUses,
  ...clientUses,
  ...batchUses,
  ...functionUses,
  // An interface: what is closed is a tracked file.
  "Closable.close": outputsUses["TrackedFile.close"] ?? { run: () => undefined },
};
