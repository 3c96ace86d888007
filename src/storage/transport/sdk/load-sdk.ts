import type * as Pipeline from "@azure/core-rest-pipeline";
import type * as Blobs from "@azure/storage-blob";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

/** The modules of the Azure SDK for requests that are not sent directly. */
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
 * Loads the storage SDK synchronously, for synchronous members that return one of its clients. It is the same module that
 * `import` returns, so that `instanceof` works with the caller's own import.
 *
 * @throws The error of Node.js if the package is not found, for example in a bundle that contains it. Await {@link
 * loadSdk} in this case.
 */
export function requireSdk(): StorageSdk {
  return (loaded ??= {
    blobs: requireModule("@azure/storage-blob") as StorageSdk["blobs"],
    pipeline: requireModule("@azure/core-rest-pipeline") as StorageSdk["pipeline"],
  });
}

/**
 * Loads a package of the Azure SDK synchronously. Node.js can do so with an ES module, but not during an `import` of it: then the package's CommonJS build is loaded,
 * whose clients work the same way.
 */
export function requireModule(name: string): unknown {
  const require = createRequire(import.meta.url);
  // A CommonJS bundle has no import.meta.resolve.
  const path = "resolve" in import.meta ? fileURLToPath(import.meta.resolve(name)) : require.resolve(name);
  try {
    return require(path) as unknown;
  } catch (error) {
    const commonJs = require.resolve(name);
    if (commonJs === path) throw error;
    return require(commonJs) as unknown;
  }
}
