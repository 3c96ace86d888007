import { setTimeout as sleep } from "node:timers/promises";
import { hasCode } from "../../core/index.js";
import { explain } from "../errors/explain.js";
import { saveMatching } from "../saving/save-matching.js";
import type { SaveUnit } from "../saving/save-unit.js";
import { say } from "../terminal/terminal.js";

/** The address of the Instance Metadata Service, for tests and the local Batch service. */
const endpointVariable = "AZURE_BATCH_OUTPUTS_METADATA_ENDPOINT";

/**
 * Calls the function when Azure gives notice that this node is taken away, until it is disposed of. Only spot nodes are
 * asked about: elsewhere, no request is made.
 */
export function onPreemption(
  listener: (notBefore: Date | undefined) => void,
  env: NodeJS.ProcessEnv = process.env,
): Disposable {
  const watching = new AbortController();
  const endpoint = env[endpointVariable] || undefined;
  const isSpotNode = env["AZ_BATCH_NODE_IS_DEDICATED"]?.toLowerCase() === "false";
  if (endpoint !== undefined || isSpotNode) {
    watch(endpoint, watching.signal, listener).catch((error: unknown) => {
      say(`This node is not watched for a notice of preemption. ${explain(error)}`);
    });
  }
  return {
    [Symbol.dispose]: () => {
      watching.abort();
    },
  };
}

async function watch(
  endpoint: string | undefined,
  abortSignal: AbortSignal,
  listener: (notBefore: Date | undefined) => void,
): Promise<void> {
  const { watchScheduledEvents } = await import("../../batch/index.js");
  for await (const { type, notBefore } of watchScheduledEvents({ endpoint, abortSignal })) {
    if (type === "Preempt" || type === "Terminate") listener(notBefore);
  }
}

/** Between two saves: the program may write a newer checkpoint until the node is gone. */
const saveIntervalInMs = 1_000;

/**
 * Saves what is named for a preemption, at once and then every second, so that the last complete state is in the store.
 * A file that changes while it is saved leaves its former state there, and is saved again.
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

  /** Resolves when no save is under way any more. The caller then saves once more, and reports what fails. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#saving;
  }

  async #save(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const unit of this.#units) {
        // A failure is no end: the next round tries again, and the save after the command's end reports it.
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
