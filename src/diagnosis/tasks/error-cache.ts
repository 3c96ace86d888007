import type { OutputFileReference } from "../../outputs/index.js";
import type { FoundError } from "../lines/find-error.js";

const maxEntries = 5_000;

/**
 * Caches the errors found in logs, so that a log that has not changed is not read again. The oldest entries are
 * removed.
 */
export class ErrorCache {
  readonly #byVersion = new Map<string, FoundError | undefined>();

  /**
   * Returns the cached result for this version of the log, or searches the log. A log with an unknown version is always
   * read.
   */
  async getOrFind(
    { containerName, blobName, etag }: Pick<OutputFileReference, "containerName" | "blobName" | "etag">,
    find: () => Promise<FoundError | undefined>,
  ): Promise<FoundError | undefined> {
    if (etag === undefined) return await find();
    const key = JSON.stringify([containerName, blobName, etag]);
    if (this.#byVersion.has(key)) return this.#byVersion.get(key);
    const found = await find();
    this.#byVersion.set(key, found);
    for (const oldest of this.#byVersion.keys()) {
      if (this.#byVersion.size <= maxEntries) break;
      this.#byVersion.delete(oldest);
    }
    return found;
  }
}
