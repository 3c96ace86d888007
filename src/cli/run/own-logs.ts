import { type BigIntStats, fstatSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { BatchOutputsError } from "../../core/index.js";
import { type FoundFile, planNamedFiles } from "../../outputs/index.js";
import { parseLogName } from "../../tracking/index.js";
import { UsageError } from "../errors/usage-error.js";
import { describeLog, type LogPlan } from "../logs/log-plan.js";
import type { SaveUnit } from "../saving/save-unit.js";
import type { StreamLogPlan } from "../spool/spool-owner.js";
import { writeMessage } from "../terminal/terminal.js";

/** A log that `run` stores while its command runs. */
interface OwnLog {
  readonly plan: StreamLogPlan;
  /** The name that no file is saved under. That of a subtask also has the name of the primary task's log. */
  readonly path: string;
  /** Whether the file has the content of the log, so that it need not be saved as well. */
  readonly isSource: (sourcePath: string) => boolean;
}

/** What is needed of the settings of `run`. */
export interface LogSettings {
  readonly streams: { readonly stdout: StreamLogPlan; readonly stderr: StreamLogPlan } | undefined;
  readonly tracked: readonly LogPlan[];
  readonly isQuiet: boolean;
}

/** The logs that `run` stores itself. Its other saves must not replace them. */
export class OwnLogs {
  /** Without the files that are stored already as a log of the command. */
  readonly tracked: readonly LogPlan[];
  readonly #logs: OwnLog[] = [];
  readonly #isQuiet: boolean;
  readonly #reported = new Set<string>();

  /** Throws UsageError if several tracked files, or one and the output of the command, would be stored as the same log. */
  constructor({ streams, tracked, isQuiet }: LogSettings) {
    this.#isQuiet = isQuiet;
    for (const name of ["stdout", "stderr"] as const) {
      const plan = streams?.[name];
      if (plan === undefined) continue;
      const isSource = (path: string): boolean => isOutputOfThisProcess(name, path);
      for (const path of new Set([plan.path, `${name}.txt`])) this.#logs.push({ plan, path, isSource });
    }
    this.tracked = tracked.filter((plan) => this.#addTracked(plan));
  }

  /** Returns false if the file is stored already. */
  #addTracked(plan: LogPlan): boolean {
    const { storage, kind, path, sourcePath } = plan;
    const log = this.#find({ storage, kind }, path);
    if (log?.isSource(sourcePath)) {
      this.#reportStored(resolve(sourcePath), log);
      return false;
    }
    if (log !== undefined)
      throw new UsageError(
        `${sourcePath} cannot be tracked as ${describeLog(plan)}: this is the name of a log that run stores. Specify another destination.`,
      );
    this.#logs.push({ plan, path, isSource: (other) => isSameFile(other, sourcePath) });
    return true;
  }

  /** Throws UsageError if a unit names a file that would replace a log: then nothing needs to be started. */
  requireOtherNames({ storage, kind, patterns, options }: SaveUnit): void {
    for (const { sourcePath, path } of planNamedFiles(kind, patterns, options)) {
      const log = this.#find({ storage, kind }, path);
      if (log === undefined || log.isSource(sourcePath) || isPlaceOfBatch(sourcePath)) continue;
      throw new UsageError(
        `${sourcePath} cannot be saved as ${describeLog({ ...log.plan, path })}: this is the name of a log that run stores. Use another kind or destination.`,
      );
    }
  }

  /** Returns the unit without the files that are stored as logs. A different file with the name of a log fails. */
  restrict(unit: SaveUnit): SaveUnit {
    const selectFiles = (files: readonly FoundFile[]): FoundFile[] =>
      files.flatMap((file) => this.#select(unit, file) ?? []);
    return { ...unit, options: { ...unit.options, selectFiles } };
  }

  #select({ storage, kind }: SaveUnit, file: FoundFile): FoundFile | undefined {
    if (file.skipped !== undefined || file.error !== undefined) return file;
    const log = this.#find({ storage, kind }, file.path);
    if (log === undefined) return file;
    if (log.isSource(file.sourcePath)) {
      this.#reportStored(file.sourcePath, log);
      return undefined;
    }
    const error = new BatchOutputsError(
      "DestinationConflict",
      `It was not saved as ${describeLog({ ...log.plan, path: file.path })}, because that is the name of a log that run stores.`,
      { jobId: storage.jobId, path: file.path, hint: { action: "separate-destinations" } },
    );
    return { ...file, error };
  }

  #find({ storage, kind }: Pick<SaveUnit, "storage" | "kind">, path: string): OwnLog | undefined {
    if (this.#logs.length === 0) return undefined;
    const logPath = parseLogName(path).path;
    return this.#logs.find(
      (log) =>
        log.path === logPath &&
        log.plan.storage.getOutputStoragePath(log.plan.kind) === storage.getOutputStoragePath(kind),
    );
  }

  #reportStored(sourcePath: string, { plan }: OwnLog): void {
    if (this.#isQuiet || this.#reported.has(sourcePath)) return;
    this.#reported.add(sourcePath);
    writeMessage(`skipped: ${sourcePath}: run itself stores it as ${describeLog(plan)}`);
  }
}

const descriptors = { stdout: 1, stderr: 2 } as const;

/** Whether the output stream of this process is written to the file, by Batch or by whoever started this process. */
function isOutputOfThisProcess(name: "stdout" | "stderr", path: string): boolean {
  const folder = process.env["AZ_BATCH_TASK_DIR"] ?? "";
  if (folder !== "" && resolve(path) === join(resolve(folder), `${name}.txt`)) return true;
  const stream = lookUp(() => fstatSync(descriptors[name], { bigint: true }));
  return (
    stream?.isFile() === true &&
    isSame(
      stream,
      lookUp(() => statSync(path, { bigint: true })),
    )
  );
}

/** Whether this is where Batch writes the output of a task. Outside of Batch, the file may not exist. */
function isPlaceOfBatch(path: string): boolean {
  const isPresent = lookUp(() => statSync(path, { bigint: true })) !== undefined;
  return !isPresent && ["../stdout.txt", "../stderr.txt"].some((place) => resolve(place) === resolve(path));
}

function isSameFile(path: string, other: string): boolean {
  if (resolve(path) === resolve(other)) return true;
  const [found, otherFound] = [path, other].map((each) => lookUp(() => statSync(each, { bigint: true })));
  return found !== undefined && isSame(found, otherFound);
}

function isSame(a: BigIntStats, b: BigIntStats | undefined): boolean {
  return a.ino !== 0n && a.dev === b?.dev && a.ino === b.ino;
}

/** `undefined` if the file is missing, or cannot be examined: then it is not known to be the same. */
function lookUp(examine: () => BigIntStats): BigIntStats | undefined {
  try {
    return examine();
  } catch (error) {
    if (error instanceof Error && "syscall" in error) return undefined;
    throw error;
  }
}
