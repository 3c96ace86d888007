import type { DownloadOutputsEntry } from "../../outputs/index.js";
import { explain } from "../errors/explain.js";
import { describeOutput } from "../outputs/describe.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { writeMessage } from "../terminal/terminal.js";

/** Reports the restored outputs, and each error. */
export function reportRestore(entries: readonly DownloadOutputsEntry[], whose: string): void {
  for (const { output, error } of entries) {
    if (error)
      writeMessage(`${describeOutput(output)}: ${explain(error)}`, { text: "failed:", style: "red" });
  }
  if (entries.length === 0) {
    writeMessage(`Nothing to restore: ${whose} has no such outputs.`);
    return;
  }
  const select = (status: DownloadOutputsEntry["status"]) =>
    entries.filter((entry) => entry.status === status);
  const restored = select("downloaded");
  const bytes = restored.reduce((sum, { output }) => sum + (output.size ?? 0), 0);
  const others = (["unchanged", "skipped", "failed"] as const).flatMap((status) => {
    const { length } = select(status);
    return length === 0 ? [] : [`${length} ${status}`];
  });
  writeMessage(
    `Restored ${[`${formatCount(restored.length, "output")} (${formatBytes(bytes)})`, ...others].join(", ")} of ${whose}.`,
  );
}
