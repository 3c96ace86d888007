import { redactCommand } from "../../core/index.js";
import type { RunRecordWriter, TaskOutputStorage, TaskRunDetails } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";
import type { RetryDeadline } from "../logs/retry-deadline.js";
import { retryUntilDeadline } from "../logs/retry-until-deadline.js";
import type { CommandEnd } from "../process/start-command.js";
import { writeMessage } from "../terminal/terminal.js";
import type { SaveCounts } from "./save-counts.js";

/**
 * Records the start and end of the command in the store. Errors are reported, and affect neither the command nor the exit
 * status.
 */
export class RunRecorder {
  readonly #record: RunRecordWriter;
  readonly #starting = new AbortController();
  #ending: Promise<void> = Promise.resolve();

  constructor(storage: TaskOutputStorage, command: readonly string[]) {
    const { env } = process;
    this.#record = storage.createRunRecordWriter(
      {
        command: redactCommand(command, env),
        nodeId: env["AZ_BATCH_NODE_ID"] || undefined,
        poolId: env["AZ_BATCH_POOL_ID"] || undefined,
      },
      { source: "run" },
    );
    // Errors are ignored here: the end is recorded with retries, and reports its errors.
    this.#record.start({ abortSignal: this.#starting.signal }).catch(() => undefined);
  }

  /** Records the end of the command before its outputs are saved: this process may be killed meanwhile. */
  recordEnd(end: CommandEnd, abortSignal: AbortSignal): void {
    this.#ending = this.#record.end(describeEnd(end), { abortSignal }).catch(() => undefined);
  }

  /** Records the saved outputs. */
  async finish(end: CommandEnd, counts: SaveCounts, deadline: RetryDeadline): Promise<void> {
    this.#starting.abort();
    await this.#ending;
    try {
      await retryUntilDeadline(deadline, () =>
        this.#record.end(
          { ...describeEnd(end), saved: counts.result, saveFailures: counts.failures },
          { abortSignal: deadline.signal },
        ),
      );
    } catch (error) {
      writeMessage(`The record of this run is not stored: ${explain(error)}`, {
        text: "batch-outputs run:",
        style: "yellow",
      });
    }
  }
}

function describeEnd({ status, signal }: CommandEnd): TaskRunDetails {
  return { exitCode: status, signal };
}
