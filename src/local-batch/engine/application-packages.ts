import type { EngineContext } from "./engine-context.js";
import { RunFailure } from "./failures.js";
import type { GivenApplicationPackage } from "./given.js";
import type { NodeAddress } from "./node-folders.js";

/** Not yet. */
export async function installApplicationPackages(
  _context: EngineContext,
  _node: NodeAddress,
  references: readonly GivenApplicationPackage[],
): Promise<Record<string, string>> {
  if (references.length > 0) throw new RunFailure("ApplicationPackageError");
  return {};
}
