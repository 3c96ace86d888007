import type { Command } from "commander";
import { join } from "node:path";
import { BatchOutputsError, forEachConcurrently, isAbortError, throwIfAborted } from "../../core/index.js";
import { type PlannedDownload, planDownloads } from "../../outputs/index.js";
import { computeFileMD5, openSourceFile } from "../../storage/index.js";
import { describeOutput, describeStorage, createOutputObject } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusFor, exitStatusForMany } from "../errors/exit-status-for.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addProgressFlags,
  addTaskFlags,
  collectValues,
  createConcurrencyFlag,
  createFlag,
  createJsonFlag,
  type ProgressFlags,
  createProgressFlags,
} from "../command-line/flags.js";
import { Progress } from "../terminal/progress.js";
import { readOutput } from "../outputs/read-output.js";
import { openOutputs } from "../store/open-store.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Checks saved outputs against their stored digests. With a folder that \`batch-outputs download\` has filled, the local
files are checked; otherwise, the blobs are read.

An output without a digest (a log, or an output of another program) is reported and does not count as a failure. With
--json, each object is one output, with the status intact, noDigest or failed.`;

interface VerifyFlags extends ProgressFlags {
  readonly kind?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** `batch-outputs verify`: compares outputs with their stored digests. */
export function verify(command: Command): void {
  command
    .description(about)
    .argument("[directory]", "folder with downloaded outputs; without it, the blobs are read")
    .addOption(createFlag("-k, --kind <kind>", "output kind (default: all kinds), as for download"))
    .addOption(
      createFlag("--include <glob>", "only these output paths; can be repeated").argParser(collectValues),
    )
    .addOption(
      createFlag("--exclude <glob>", "except these output paths; can be repeated").argParser(collectValues),
    )
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addTaskFlags(command);
  addExamples(command, [
    ["Check the stored outputs", "batch-outputs verify --job film-7 --task frame-12"],
    ["Check downloaded files", "batch-outputs verify ./frame-12 --job film-7 --task frame-12"],
  ]);
  command.action(async (directory: string | undefined) => {
    process.exitCode = await run(command, directory);
  });
}

async function run(command: Command, directory: string | undefined): Promise<number> {
  const { kind, include, exclude, concurrency = 16, json = false, ...flags } = command.opts<VerifyFlags>();
  const storage = openOutputs(command);
  const abortSignal = interruptSignal();
  const lines = new JsonLines();
  const errors: unknown[] = [];
  let withoutDigest = 0;
  let outputs = 0;
  let bytes = 0;
  {
    using progress = new Progress("Verifying", createProgressFlags(flags));
    const read = (count: number): void => {
      bytes += count;
      progress.update({ loadedBytes: bytes });
    };
    const wanted = planDownloads(storage.listOutputs(kind, { abortSignal }), { kind, include, exclude });
    await forEachConcurrently(wanted, concurrency, async (plan) => {
      throwIfAborted(abortSignal);
      outputs += 1;
      try {
        const hasDigest = await (directory === undefined
          ? readOutput(plan.output, read, abortSignal)
          : compareFile(plan, directory, abortSignal, read));
        if (!hasDigest) {
          withoutDigest += 1;
          writeMessage(`no digest: ${describeOutput(plan.output)}`);
        }
        if (json)
          await lines.write({
            ...createOutputObject(plan.output),
            status: hasDigest ? "intact" : "noDigest",
          });
      } catch (error) {
        if (
          !(error instanceof Error) ||
          isAbortError(error) ||
          exitStatusFor(error) === ExitStatus.notAllowed
        )
          throw error;
        errors.push(error);
        writeMessage(`${describeOutput(plan.output)}: ${explain(error)}`, { text: "failed:", style: "red" });
        if (json)
          await lines.write({
            ...createOutputObject(plan.output),
            status: "failed",
            error: createErrorObject(error),
          });
      }
    });
  }
  process.exitCode = exitStatusForMany(outputs, errors);
  await lines.flush();
  const intact = outputs - withoutDigest - errors.length;
  writeMessage(
    `${formatCount(intact, "output")} intact, ${withoutDigest} without a digest, ${errors.length} failed, of ${describeStorage(storage)} (${formatBytes(bytes)} read).`,
  );
  return exitStatusForMany(outputs, errors);
}

/** Returns true if there was a digest to compare the file with. */
async function compareFile(
  { output, name }: PlannedDownload,
  directory: string,
  abortSignal: AbortSignal,
  read: (bytes: number) => void,
): Promise<boolean> {
  const path = join(directory, name);
  const { size, contentMD5 } = output;
  await using file = await openSourceFile(path);
  if (size !== undefined && file.sizeBytes !== size)
    throw different(path, `it has ${file.sizeBytes} bytes, the output has ${size}`);
  if (contentMD5 === undefined) return false;
  const digest = await computeFileMD5(file, { abortSignal });
  read(file.sizeBytes);
  if (Buffer.compare(digest, contentMD5) !== 0)
    throw different(path, "its MD5 differs from that of the output");
  return true;
}

function different(path: string, how: string): BatchOutputsError {
  return new BatchOutputsError(
    "DigestMismatch",
    `${path} differs from the stored output: ${how}. Download it again.`,
    { path },
  );
}
