import { writeMessage } from "../terminal/terminal.js";

/** Node.js' exit status for a module whose top-level `await` never ends. */
const unsettledStatus = 13;

/**
 * Waits for the work of the process. If nothing keeps the process alive and the work has not ended, the process would end as if all
 * was done: its exit status says that it was not.
 */
export async function watchEnd(work: Promise<void>): Promise<void> {
  const report = (status: number): void => {
    if (status !== 0) return;
    process.exitCode = unsettledStatus;
    writeMessage("batch-outputs: the process ended before its work was done.");
  };
  process.once("exit", report);
  try {
    await work;
  } finally {
    process.off("exit", report);
  }
}
