import { spawn } from "node:child_process";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { LinkedStorage } from "./linked-storage.js";

/** Runs `batch-outputs view` for the job, in the browser, until Ctrl-C. */
export async function showInViewer(
  jobId: string,
  { connectionString }: LinkedStorage,
  abortSignal: AbortSignal,
): Promise<void> {
  const packageFolder = dirname(fileURLToPath(import.meta.resolve("azure-batch-outputs/package.json")));
  const program = join(packageFolder, "dist", "cli", "batch-outputs.js");
  const child = spawn(process.execPath, [program, "view", "--job", jobId], {
    // Detached from the terminal's Ctrl-C, like the store, so that only the code below stops it.
    detached: process.platform !== "win32",
    stdio: "inherit",
    env: {
      ...process.env,
      ...(connectionString === undefined ? {} : { AZURE_STORAGE_CONNECTION_STRING: connectionString }),
    },
  });
  const stop = (): void => {
    child.kill("SIGINT");
  };
  abortSignal.addEventListener("abort", stop);
  if (abortSignal.aborted) stop();
  const [status] = (await once(child, "close")) as [number | null];
  abortSignal.removeEventListener("abort", stop);
  if (!abortSignal.aborted) throw new Error(`The viewer ended by itself, with status ${String(status)}.`);
}
