import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "../../core/index.js";
import { saveMatching } from "../saving/save-matching.js";
import { separateUnits } from "../saving/save-targets.js";
import type { SaveUnit } from "../saving/save-unit.js";

/** The interval between saves: the program may write a newer checkpoint until the node is gone. */
const saveIntervalInMs = 1_000;

/**
 * Saves the units for a preemption, immediately and then every second, so that the last complete state is stored. If a
 * file changes while it is saved, its previous state remains stored, and it is saved again.
 */
export class PreemptionSaves {
  readonly #units: readonly SaveUnit[];
  readonly #stopping = new AbortController();
  readonly #saving: Promise<void>;

  constructor(units: readonly SaveUnit[]) {
    this.#units = units.map((unit) => ({
      ...unit,
      options: {
        ...unit.options,
        overwrite: unit.options.overwrite === "never" ? "never" : "if-changed",
        ifNoFilesFound: "ignore",
      },
    }));
    this.#saving = this.#save();
  }

  /** Resolves when no save is running. The caller then saves once more, and reports errors. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#saving;
  }

  async #save(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const unit of await separateUnits(this.#units)) {
        // Errors are ignored here: the next round tries again, and the save after the command's end reports them.
        await saveMatching(unit, { ...unit.options, abortSignal: signal }).catch(ignoreFailedSave);
      }
      await sleep(saveIntervalInMs, undefined, { signal }).catch((error: unknown) => {
        if (!hasCode(error, "ABORT_ERR")) throw error;
      });
    }
  }
}

function ignoreFailedSave(error: unknown): void {
  if (!(error instanceof Error)) throw error;
}
