import { randomBytes } from "node:crypto";
import type { LinkedAbort } from "../../core/index.js";

/**
 * The blocks of one upload: several under way at a time, put in order only when all have arrived. The first that fails
 * stops the others.
 */
export class StagedBlocks {
  /** In the order of the content. */
  readonly ids: string[] = [];
  readonly #abort: LinkedAbort;
  readonly #idOf = blockIdsOfOneUpload();
  readonly #underWay = new Set<Promise<void>>();
  #failure: { error: unknown } | undefined;

  constructor(abort: LinkedAbort) {
    this.#abort = abort;
  }

  /** Has the next block sent. */
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

  /** The first failure is the one to tell: those that follow are of its own making. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#abort.abort();
  }

  /** Waits until nothing is under way. Throws what failed. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
    if (this.#failure) throw this.#failure.error;
  }
}

/**
 * Ids that no other upload has: two that write one blob at a time must not take each other's blocks. 48 bytes like those
 * of the Azure SDKs, because the service refuses a block whose id is not as long as those that a program which was killed
 * left behind, for a week.
 */
function blockIdsOfOneUpload(): (index: number) => string {
  const prefix = randomBytes(21).toString("hex");
  return (index) => Buffer.from(`${prefix}${String(index).padStart(6, "0")}`).toString("base64");
}
