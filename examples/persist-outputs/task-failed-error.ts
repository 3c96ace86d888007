import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { BatchServiceClient, BatchServiceModels } from "@azure/batch";

const shownLines = 15;

/** A task failed; the error has the end of its standard error. */
export class TaskFailedError extends Error {
  override readonly name = "TaskFailedError";

  /** Reads stderr.txt from the task's node. */
  static async ofTask(
    batch: BatchServiceClient,
    jobId: string,
    { id = "", executionInfo }: BatchServiceModels.CloudTask,
  ): Promise<TaskFailedError> {
    const { exitCode, failureInfo } = executionInfo ?? {};
    const { readableStreamBody } = await batch.file.getFromTask(jobId, id, "stderr.txt");
    const lines = (await text(readableStreamBody as Readable)).trimEnd().split("\n");
    const heading =
      lines.length > shownLines ? `The last ${shownLines} lines of its stderr.txt` : "Its stderr.txt";
    const why = exitCode === 0 ? `: ${failureInfo?.message ?? failureInfo?.code ?? "no reason given"}` : "";
    return new TaskFailedError(
      [
        `Task ${id} failed: it ended with exit code ${String(exitCode)}${why}.`,
        `${heading}:`,
        ...(lines.join("") === ""
          ? ["    (nothing)"]
          : lines.slice(-shownLines).map((line) => `    ${line}`.trimEnd())),
      ].join("\n"),
    );
  }
}
