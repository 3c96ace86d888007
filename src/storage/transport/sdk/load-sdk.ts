import type * as Pipeline from "@azure/core-rest-pipeline";
import type * as Blobs from "@azure/storage-blob";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { BatchOutputsError, hasCode, type Hint } from "../../../core/index.js";

/** The modules of the Azure SDK for requests that are not sent directly. */
export interface StorageSdk {
  readonly blobs: typeof Blobs;
  readonly pipeline: typeof Pipeline;
}

let loaded: StorageSdk | undefined;

/**
 * Loads the storage SDK, once. Most programs never need it (docs/decisions/0011-transport.md).
 *
 * @throws BatchOutputsError `EnvironmentIncomplete` if the package is not found, for example by a bundle that leaves it out.
 */
export async function loadSdk(): Promise<StorageSdk> {
  if (loaded) return loaded;
  const [blobs, pipeline] = await Promise.all([
    import("@azure/storage-blob").catch(explainMissing("@azure/storage-blob", "install-package")),
    import("@azure/core-rest-pipeline").catch(explainMissing("@azure/core-rest-pipeline", "install-package")),
  ]);
  return (loaded ??= { blobs, pipeline });
}

/**
 * Loads the storage SDK synchronously, for synchronous members that return one of its clients. It is the same module that
 * `import` returns, so that `instanceof` works with the caller's own import.
 *
 * @throws BatchOutputsError `EnvironmentIncomplete` if the package is not found, for example by a bundle, also by one that contains
 * it. Await {@link loadSdk} in this case.
 */
export function requireSdk(): StorageSdk {
  return (loaded ??= {
    blobs: requireInstalled("@azure/storage-blob") as StorageSdk["blobs"],
    pipeline: requireInstalled("@azure/core-rest-pipeline") as StorageSdk["pipeline"],
  });
}

function requireInstalled(name: string): unknown {
  try {
    return requireModule(name);
  } catch (error) {
    return explainMissing(name, "pass-client")(error);
  }
}

/** Returns a function that throws an error that names the package, or the error itself if it has another reason. */
function explainMissing(name: string, action: "install-package" | "pass-client"): (error: unknown) => never {
  const hint: Hint = { action, package: name };
  return (error) => {
    if (!hasCode(error, "MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND")) throw error;
    throw new BatchOutputsError(
      "EnvironmentIncomplete",
      `The package ${name}, which this call needs, is not found from the program's file.`,
      { hint, cause: error },
    );
  };
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
