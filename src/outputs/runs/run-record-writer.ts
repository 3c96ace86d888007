import type { BlobRequestConditions } from "@azure/storage-blob";
import {
  omitUndefined,
  isRestErrorLike,
  type OperationOptions,
  pickRequestOptions,
  requireObject,
  requireOperationOptions,
} from "../../core/index.js";
import { BlobHandle, getServiceErrorCode } from "../../storage/index.js";
import type { OutputScope } from "../scope/output-scope.js";
import { perform } from "../scope/perform.js";
import { createStoreCall } from "../scope/store-call.js";
import { formatRun, formatRunSummary, runMetadataName } from "./run-format.js";
import { createRunId, formatRunName } from "./run-name.js";
import type { TaskRun, TaskRunDetails, TaskRunSource } from "./task-run.js";

/** Options of `TaskOutputStorage.recordRun`. */
export interface RecordRunOptions extends OperationOptions {
  /** When the run started. Default: now. */
  startedAt?: Date | undefined;
  /** @internal */
  source?: TaskRunSource | undefined;
}

/** A run whose record has been written, to be completed when it ends. */
export interface RecordedRun {
  /** Identifies the run among those of the task. */
  readonly runId: string;
  /** Records details that are known now, such as `saved`, while the run continues. */
  update(details: TaskRunDetails, options?: OperationOptions): Promise<void>;
  /** Records that the run has ended, with its exit code. May be called again, with more details. */
  end(details: TaskRunDetails, options?: OperationOptions): Promise<void>;
}

/** A record of a run of the task, from its start on. Nothing is written before `start`, `update` or `end` is called. */
export class RunRecordWriter implements RecordedRun {
  readonly #scope: OutputScope;
  #run: TaskRun;
  #revision = 0;

  constructor(
    scope: OutputScope & { readonly taskId: string },
    details: TaskRunDetails,
    options: RecordRunOptions,
  ) {
    const { startedAt = new Date(), source = "program" } = options;
    const { taskId, jobId } = scope;
    this.#scope = scope;
    this.#run = {
      ...omitUndefined(details),
      ...{ taskId, jobId, source, startedAt, runId: createRunId(startedAt), state: "running" },
    };
  }

  get runId(): string {
    return this.#run.runId;
  }

  /** Records the start, unless something is recorded already: this request may arrive late. */
  async start(options: OperationOptions = {}): Promise<void> {
    const call = createStoreCall("TaskOutputStorage.recordRun", { scope: this.#scope });
    await perform(call, options, async (updated) => {
      try {
        await writeBlob(this.#scope, this.#run, 0, updated, { ifNoneMatch: "*" });
      } catch (error) {
        if (getServiceErrorCode(error) !== "BlobAlreadyExists") throw error;
      }
    });
  }

  async #write(options: OperationOptions): Promise<void> {
    this.#revision = await writeRun(this.#scope, this.#run, this.#revision, options);
  }

  async update(details: TaskRunDetails, options: OperationOptions = {}): Promise<void> {
    requireObject(details, "details");
    requireOperationOptions(options);
    this.#run = { ...this.#run, ...omitUndefined(details) };
    await this.#write(options);
  }

  async end(details: TaskRunDetails, options: OperationOptions = {}): Promise<void> {
    requireObject(details, "details");
    requireOperationOptions(options);
    this.#run = { ...this.#run, state: "ended", endedAt: this.#run.endedAt ?? new Date() };
    await this.update(details, options);
  }
}

/**
 * Writes a record over its previous version. If the credential does not permit overwriting, or the container's blobs
 * are immutable, it writes another blob with the next revision. Returns the revision.
 */
export async function writeRun(
  scope: OutputScope,
  run: TaskRun,
  revision: number,
  options: OperationOptions,
): Promise<number> {
  return await perform(
    createStoreCall("TaskOutputStorage.recordRun", { scope }),
    options,
    async (updated) => {
      try {
        await writeBlob(scope, run, revision, updated);
        return revision;
      } catch (error) {
        if (!isOverwriteRefused(error)) throw error;
        await writeBlob(scope, run, revision + 1, updated);
        return revision + 1;
      }
    },
  );
}

/** 403 for a SAS without "w", 409 for a blob under an immutability policy or a lease. */
function isOverwriteRefused(error: unknown): boolean {
  return isRestErrorLike(error) && (error.statusCode === 403 || error.statusCode === 409);
}

async function writeBlob(
  { container }: OutputScope,
  run: TaskRun,
  revision: number,
  options: OperationOptions,
  conditions: BlobRequestConditions = {},
): Promise<void> {
  const { taskId, runId } = run;
  const body = Buffer.from(formatRun(run), "utf8");
  const blob = new BlobHandle(container, formatRunName({ taskId, runId, revision }));
  await blob.upload(body, body.length, {
    ...pickRequestOptions(options),
    conditions,
    metadata: { [runMetadataName]: formatRunSummary(run) },
    blobHTTPHeaders: { blobContentType: "application/json" },
  });
}
