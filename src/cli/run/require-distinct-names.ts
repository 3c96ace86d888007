import { statSync } from "node:fs";
import { planNamedFiles } from "../../outputs/index.js";
import { UsageError } from "../errors/usage-error.js";
import type { SaveUnit } from "../saving/save-unit.js";

/**
 * Throws UsageError if the units name two different files that have the same output, so that this is not noticed only when the command has
 * ended. Patterns with wildcards, and folders, are compared when their files exist.
 */
export function requireDistinctNames(units: readonly SaveUnit[]): void {
  const sources = new Map<string, string>();
  for (const { storage, kind, patterns, options } of units) {
    for (const { sourcePath, path } of planNamedFiles(kind, patterns, options)) {
      if (isFolder(sourcePath)) continue;
      const target = `${storage.getOutputStoragePath(kind)}/${path}`;
      const source = sources.get(target) ?? sourcePath;
      if (source !== sourcePath)
        throw new UsageError(
          `${source} and ${sourcePath} would both be saved as ${kind} "${path}". Use another kind or destination for one of them. If they are folders, write "/**" after their names.`,
        );
      sources.set(target, source);
    }
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
