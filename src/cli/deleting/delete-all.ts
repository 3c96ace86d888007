import { concernsAllOutputs, forEachConcurrently, throwIfAborted } from "../../core/index.js";
import type { OutputFileReference } from "../../outputs/index.js";
import { confirm } from "../terminal/confirm.js";
import { deleteListed } from "./delete-listed.js";
import { ListedVersions } from "./listed-versions.js";
import { describeOutput, createOutputObject } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusForMany } from "../errors/exit-status-for.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { formatCount, formatBytes, formatTime } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import { makePrintable } from "../terminal/printable.js";
import { count, createTally } from "../outputs/tallies.js";
import { writeMessage } from "../terminal/terminal.js";

/** The flags of `delete` and `prune`. */
export interface DeletingFlags {
  readonly dryRun?: boolean;
  readonly yes?: boolean;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/**
 * Deletes the listed outputs after confirmation. If a person has to confirm, the outputs are listed twice, so that the
 * listing is not kept in memory. Outputs that were saved or changed after the first listing are kept, and reported.
 *
 * @param list - Creates the listing.
 * @param what - For the question: `TaskLog of task t1`.
 */
export async function deleteAll(
  list: () => AsyncIterable<OutputFileReference>,
  what: string,
  flags: DeletingFlags,
): Promise<number> {
  if (flags.dryRun) return await printPlan(list(), flags.json ?? false);
  let confirmed: ListedVersions | undefined;
  if (!flags.yes) {
    const found = createTally();
    confirmed = new ListedVersions();
    for await (const output of list()) {
      count(found, output);
      confirmed.add(output);
    }
    if (found.outputs === 0) return reportNothing(what);
    const question = `Delete ${formatCount(found.outputs, "output")} (${formatBytes(found.bytes)}), ${what}?`;
    if (!(await confirm(question, flags.yes))) {
      writeMessage("Nothing was deleted.");
      return ExitStatus.failed;
    }
  }
  return await deleteEach(list(), confirmed, what, flags);
}

async function deleteEach(
  outputs: AsyncIterable<OutputFileReference>,
  confirmed: ListedVersions | undefined,
  what: string,
  { concurrency = 16, json = false }: DeletingFlags,
): Promise<number> {
  const abortSignal = interruptSignal();
  const lines = new JsonLines();
  const errors: unknown[] = [];
  const deleted = createTally();
  let tried = 0;
  await forEachConcurrently(outputs, concurrency, async (output) => {
    throwIfAborted(abortSignal);
    tried += 1;
    try {
      const isConfirmed = confirmed?.has(output) ?? true;
      const status = isConfirmed ? await deleteListed(output, abortSignal) : "changed";
      if (status === "deleted") count(deleted, output);
      else if (status === "changed")
        writeMessage(
          `not deleted: ${describeOutput(output)} ${isConfirmed ? "has changed since it was listed" : "was saved or changed after the question"}`,
        );
      if (json) await lines.write({ ...createOutputObject(output), status });
    } catch (error) {
      if (!(error instanceof Error) || concernsAllOutputs(error)) throw error;
      errors.push(error);
      writeMessage(explain(error), { text: "failed:", style: "red" });
      if (json)
        await lines.write({
          ...createOutputObject(output),
          status: "failed",
          error: createErrorObject(error),
        });
    }
  });
  process.exitCode = exitStatusForMany(tried, errors);
  await lines.flush();
  if (tried === 0) return reportNothing(what);
  writeMessage(`Deleted ${formatCount(deleted.outputs, "output")} (${formatBytes(deleted.bytes)}).`);
  return exitStatusForMany(tried, errors);
}

async function printPlan(outputs: AsyncIterable<OutputFileReference>, isJson: boolean): Promise<number> {
  const lines = new JsonLines();
  const found = createTally();
  for await (const output of outputs) {
    count(found, output);
    if (isJson) await lines.write({ ...createOutputObject(output), status: "planned" });
    else
      await lines.text(
        makePrintable(
          `would delete ${describeOutput(output)}, ${formatBytes(output.size ?? 0)}, ${formatTime(output.lastModified)}`,
        ),
      );
  }
  await lines.flush();
  writeMessage(`Would delete ${formatCount(found.outputs, "output")} (${formatBytes(found.bytes)}).`);
  return ExitStatus.done;
}

function reportNothing(what: string): number {
  writeMessage(`Nothing to delete: ${what}.`);
  return ExitStatus.done;
}
