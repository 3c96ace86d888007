import type { Command } from "commander";
import { join } from "node:path";
import { BatchOutputsError, forEachConcurrently, isAbortError, throwIfAborted } from "../../core/index.js";
import { type OutputFileReference, type PlannedDownload, planDownloads } from "../../outputs/index.js";
import { computeFileMD5, openSourceFile } from "../../storage/index.js";
import { createFlattenFlag, createLocalNameChooser } from "../download/local-name.js";
import { describeOutput, createOutputObject } from "../outputs/describe.js";
import { ExitStatus } from "../errors/exit-status.js";
import { exitStatusFor, exitStatusForMany } from "../errors/exit-status-for.js";
import { createErrorObject, explain } from "../errors/explain.js";
import { formatCount, formatBytes } from "../terminal/formats.js";
import { interruptSignal } from "../terminal/interrupts.js";
import { JsonLines } from "../terminal/json-lines.js";
import {
  addExamples,
  addProgressFlags,
  addSelectionFlags,
  createConcurrencyFlag,
  createExcludeFlag,
  createFlag,
  createIncludeFlag,
  createJsonFlag,
  createProgressFlags,
  type ProgressFlags,
} from "../command-line/flags.js";
import { Progress } from "../terminal/progress.js";
import { readOutput } from "../outputs/read-output.js";
import { openSelection, type Selection } from "../selection/open-selection.js";
import { reportNothingFound } from "../suggestions/report-nothing-found.js";
import { writeMessage } from "../terminal/terminal.js";

const about = `Checks the saved outputs of a job and all its tasks, or of some tasks, against their stored digests. With a folder that was written by \`batch-outputs download\`, the local
files are checked; otherwise, the blobs are read.

An output without a digest is read completely, but there is nothing to compare it with. This is not a sign of damage: logs have no
digest, because they grow while they are stored, and some other programs store none. With --json, each object is one output, with
the status intact, noDigest or failed.`;

interface VerifyFlags extends ProgressFlags {
  readonly kind?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly flatten?: string;
  readonly concurrency?: number;
  readonly json?: boolean;
}

/** `batch-outputs verify`: compares outputs with their stored digests. */
export function verify(command: Command): void {
  command
    .description(about)
    .argument("[directory]", "folder with downloaded outputs; without it, the blobs are read")
    .addOption(createFlag("-k, --kind <kind>", "output kind (default: all kinds), as for download"))
    .addOption(createIncludeFlag())
    .addOption(createExcludeFlag())
    .addOption(createFlattenFlag("the names that `download --flatten` gave the files"))
    .addOption(createConcurrencyFlag("outputs"))
    .addOption(createJsonFlag());
  addProgressFlags(command);
  addSelectionFlags(command);
  addExamples(command, [
    ["Check all stored outputs of a job", "batch-outputs verify --job film-7"],
    ["Check downloaded files", "batch-outputs verify ./frame-12 --job film-7 --task frame-12"],
  ]);
  command.action(async (directory: string | undefined) => {
    process.exitCode = await run(command, directory);
  });
}

async function run(command: Command, directory: string | undefined): Promise<number> {
  const flags = command.opts<VerifyFlags>();
  const selection = openSelection(command);
  const results = new Results(flags.json ?? false);
  {
    using progress = new Progress("Verifying", createProgressFlags(flags));
    await verifyEach(selection, directory, flags, results, progress);
  }
  process.exitCode = results.exitStatus();
  await results.lines.flush();
  writeMessage(`${results.describe()}, of ${selection.whose} (${formatBytes(results.bytes)} read).`);
  const note = results.explainMissingDigests();
  if (note !== "") writeMessage(note);
  if (results.outputs === 0) await reportNothingFound(selection, flags.kind);
  return results.exitStatus();
}

async function verifyEach(
  selection: Selection,
  directory: string | undefined,
  { kind, include, exclude, flatten, concurrency = 16 }: VerifyFlags,
  results: Results,
  progress: Progress,
): Promise<void> {
  const abortSignal = interruptSignal();
  const read = (count: number): void => {
    results.bytes += count;
    progress.update({ loadedBytes: results.bytes, loadedFiles: results.outputs });
  };
  const chooseName = createLocalNameChooser(selection, { kind, flatten });
  const wanted = planDownloads(selection.list(kind), { kind, include, exclude, chooseName });
  await forEachConcurrently(wanted, concurrency, async (plan) => {
    throwIfAborted(abortSignal);
    results.outputs += 1;
    try {
      const hasDigest = await (directory === undefined
        ? readOutput(plan.output, read, abortSignal)
        : compareFile(plan, directory, abortSignal, read));
      await results.addIntact(plan.output, hasDigest);
    } catch (error) {
      if (!(error instanceof Error) || isAbortError(error) || exitStatusFor(error) === ExitStatus.notAllowed)
        throw error;
      await results.addFailed(plan.output, error);
    }
  });
}

/** Counts the results, and reports each. */
class Results {
  readonly lines = new JsonLines();
  outputs = 0;
  bytes = 0;
  readonly #isJson: boolean;
  readonly #errors: unknown[] = [];
  #withoutDigest = 0;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  async addIntact(output: OutputFileReference, hasDigest: boolean): Promise<void> {
    if (!hasDigest) this.#withoutDigest += 1;
    const status = hasDigest ? "intact" : "noDigest";
    if (this.#isJson) await this.lines.write({ ...createOutputObject(output), status });
  }

  async addFailed(output: OutputFileReference, error: Error): Promise<void> {
    this.#errors.push(error);
    writeMessage(`${describeOutput(output)}: ${explain(error)}`, { text: "failed:", style: "red" });
    if (this.#isJson)
      await this.lines.write({
        ...createOutputObject(output),
        status: "failed",
        error: createErrorObject(error),
      });
  }

  describe(): string {
    const failed = this.#errors.length;
    const intact = this.outputs - this.#withoutDigest - failed;
    return `${formatCount(intact, "output")} intact, ${this.#withoutDigest} without a digest, ${failed} failed`;
  }

  /** Once, whatever the number of outputs. */
  explainMissingDigests(): string {
    if (this.#withoutDigest === 0) return "";
    const which = this.#isJson ? "" : "; --json shows which";
    return `A missing digest is not a sign of damage: logs have none, and some other programs store none${which}.`;
  }

  exitStatus(): number {
    return exitStatusForMany(this.outputs, this.#errors);
  }
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
    throw createDifferentError(path, `it has ${file.sizeBytes} bytes, the output has ${size}`);
  if (contentMD5 === undefined) return false;
  const digest = await computeFileMD5(file, { abortSignal });
  read(file.sizeBytes);
  if (Buffer.compare(digest, contentMD5) !== 0)
    throw createDifferentError(path, "its MD5 differs from that of the output");
  return true;
}

function createDifferentError(path: string, how: string): BatchOutputsError {
  return new BatchOutputsError(
    "DigestMismatch",
    `${path} differs from the stored output: ${how}. Download it again.`,
    { path },
  );
}
