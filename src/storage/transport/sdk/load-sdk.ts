import type * as Pipeline from "@azure/core-rest-pipeline";
import type * as Blobs from "@azure/storage-blob";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The modules of the Azure SDK that requests need which are not sent directly. */
export interface StorageSdk {
  readonly blobs: typeof Blobs;
  readonly pipeline: typeof Pipeline;
}

let loaded: StorageSdk | undefined;

/** Loads the storage SDK, once. Most programs never need it (docs/decisions/0011-transport.md). */
export async function loadSdk(): Promise<StorageSdk> {
  if (loaded) return loaded;
  const [blobs, pipeline] = await Promise.all([
    import("@azure/storage-blob"),
    import("@azure/core-rest-pipeline"),
  ]);
  return (loaded ??= { blobs, pipeline });
}

/**
 * The storage SDK for a member that gives one of its clients and waits for nothing: the very module that an `import`
 * gives, so that `instanceof` holds for the caller's own import of it.
 *
 * @throws the error of Node.js where the package is not found, as in a bundle that contains it: await {@link loadSdk} there.
 */
export function requireSdk(): StorageSdk {
  return (loaded ??= {
    blobs: requireModule("@azure/storage-blob") as StorageSdk["blobs"],
    pipeline: requireModule("@azure/core-rest-pipeline") as StorageSdk["pipeline"],
  });
}

/**
 * Node.js loads an ES module synchronously, but not while an `import` of it is under way: then the package's CommonJS
 * build serves, whose clients do the same.
 */
function requireModule(name: string): unknown {
  const require = createRequire(import.meta.url);
  // A bundle as CommonJS has no import.meta.resolve.
  const path = "resolve" in import.meta ? fileURLToPath(import.meta.resolve(name)) : require.resolve(name);
  try {
    return require(path) as unknown;
  } catch (error) {
    const commonJs = require.resolve(name);
    if (commonJs === path) throw error;
    return require(commonJs) as unknown;
  }
}
