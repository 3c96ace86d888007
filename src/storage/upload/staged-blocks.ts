import { randomBytes } from "node:crypto";
import type { LinkedAbort } from "../../core/index.js";

/**
 * The blocks of one upload: uploaded concurrently, and committed in order when all have arrived. The first failure
 * stops the others.
 */
export class StagedBlocks {
  /** In content order. */
  readonly ids: string[] = [];
  readonly #abort: LinkedAbort;
  readonly #idOf = createBlockIds();
  readonly #underWay = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(abort: LinkedAbort) {
    this.#abort = abort;
  }

  /** Starts the upload of the next block. */
  add(stage: (id: string) => Promise<void>): void {
    const id = this.#idOf(this.ids.length);
    this.ids.push(id);
    const staging = stage(id)
      .catch((error: unknown) => {
        this.fail(error);
      })
      .finally(() => {
        this.#underWay.delete(staging);
      });
    this.#underWay.add(staging);
  }

  /** Records an error, and stops all uploads. The first error is reported, because it causes those that follow. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#abort.abort();
  }

  /** Waits until no upload is running. Throws the first error. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure.error;
  }
}

/**
 * Block ids that no other upload uses: concurrent uploads to one blob must not mix their blocks. They have 48 bytes
 * like those of the Azure SDKs, because the service refuses a block whose id differs in length from uncommitted ones,
 * which it keeps for a week.
 */
function createBlockIds(): (index: number) => string {
  const prefix = randomBytes(21).toString("hex");
  return (index) => Buffer.from(`${prefix}${String(index).padStart(6, "0")}`).toString("base64");
}
