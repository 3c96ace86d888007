import { readFile } from "node:fs/promises";

const shownLines = 15;

/** A task that ended badly, with the end of what it wrote to its standard error. */
export class TaskFailedError extends Error {
  override readonly name = "TaskFailedError";

  private constructor(
    readonly taskId: string,
    message: string,
  ) {
    super(message);
  }

  /** @param ended with what it ended: an exit code, a signal, or why it never started. */
  static async ofTask(taskId: string, ended: string, standardError: string): Promise<TaskFailedError> {
    const lines = (await readFile(standardError, "utf8")).trimEnd().split("\n");
    const heading =
      lines.length > shownLines ? `The last ${shownLines} lines of its stderr.txt` : "Its stderr.txt";
    const excerpt = lines.slice(-shownLines).map((line) => `    ${line}`.trimEnd());
    const message = [
      `Task ${taskId} failed: it ended with ${ended}.`,
      `${heading} (${standardError}):`,
      ...(lines.join("") === "" ? ["    (nothing)"] : excerpt),
    ];
    return new TaskFailedError(taskId, message.join("\n"));
  }
}
