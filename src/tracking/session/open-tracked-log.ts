import { randomUUID } from "node:crypto";
import { isTransient, type OperationOptions, retry, type RetryPolicy } from "../../core/index.js";
import {
  type BlobState,
  isWrongBlobType,
  isWrongVersion,
  getServiceErrorStatus,
} from "../../storage/index.js";
import { AppendLog } from "../log/append-log.js";
import { keepAttempt } from "../log/keep-attempt.js";
import type { LogBlobs } from "../log/log-target.js";
import { createAnotherWriterError, createExistsError, createOtherTypeError } from "../log/log-errors.js";
import { formatLogName } from "../log/log-names.js";
import { type LogPart, sumBytes, walkLog } from "../log/log-parts.js";
import { formatLogState, type LogState, removeStateMetadata } from "../log/log-state.js";
import { StoredRange } from "../log/stored-range.js";
import { isAlive, isOnThisMachine, createWriterId } from "../log/writer-id.js";
import { createHeadDigest } from "../source/generation/head-digest.js";
import type { FoundSource, ResumePlan } from "../source/resume/resume-plan.js";
import { resumeSource } from "../source/resume/resume-source.js";
import { startSource } from "../source/resume/start-source.js";
import type { Source } from "../source/source.js";

/** What to do when a log (or anything else) is stored under the name already. */
export type OnExisting = "resume" | "keep" | "replace" | "fail";

/** The state of the store when tracking began, and the action that was taken. */
export interface TrackedFileOpening {
  /**
   * `created`: there was no log. `resumed`: the log is continued. `kept`: an earlier attempt's log was kept.
   * `replaced`: it was replaced.
   */
  readonly outcome: "created" | "resumed" | "kept" | "replaced";
  /** The number of bytes that were stored already: 0 unless resumed. */
  readonly position: number;
  /** The blob name of the earlier attempt's log, if it was kept. */
  readonly keptAs: string | undefined;
}

export interface OpenPlan {
  readonly blobs: LogBlobs;
  readonly blobName: string;
  readonly sourcePlan: ResumePlan;
  readonly onExisting: OnExisting;
  /** With an id, only a log with the same id is resumed. */
  readonly attemptId: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  readonly contentType: string;
  readonly blockLimit: number;
  readonly writeRetryPolicy: RetryPolicy;
  readonly openRetryPolicy: RetryPolicy;
}

export interface OpenedLog {
  readonly log: AppendLog;
  readonly source: Source;
  readonly opening: TrackedFileOpening;
  /** Whether the log already records that bytes may be missing before its beginning. */
  readonly isLossRecorded: boolean;
}

/** Opening is repeated after a lost race or a lost answer; each time the state is read again. */
export const openRetryPolicy: RetryPolicy = { maxAttempts: 6, delayInMs: 200, maxDelayInMs: 6_400 };

type Parts = readonly [LogPart, ...LogPart[]];

/** Finds or creates the log for a file, and takes it over: from now on the appends of all other writers are refused. */
export async function openTrackedLog(plan: OpenPlan, options: OperationOptions): Promise<OpenedLog> {
  const opener = new LogOpener(plan, options);
  return await retry(() => opener.open(), {
    policy: plan.openRetryPolicy,
    abortSignal: options.abortSignal,
    isRetriable: (error) => isWrongVersion(error) || isTransient(error),
  });
}

class LogOpener {
  readonly #plan: OpenPlan;
  readonly #options: OperationOptions;
  readonly #writer = createWriterId();
  #kept: { outcome: "kept" | "replaced"; keptAs: string | undefined } | undefined;
  /** Set by a resume that found no file, and reported by the creation that follows. */
  #lost: { readonly file: string | undefined; readonly sizeBytes: number } | undefined;

  constructor(plan: OpenPlan, options: OperationOptions) {
    this.#plan = plan;
    this.#options = options;
  }

  async open(): Promise<OpenedLog> {
    const { blobs, blobName, onExisting } = this.#plan;
    const found = await blobs.fetchState(blobName, this.#options);
    if (found === undefined) return await this.#create("nothing", 1);
    const parts = await walkLog(blobs, blobName, found, this.#options);
    const { state } = findLastPart(parts);
    // Created or taken over by an earlier try of this call, whose answer was lost.
    const isOurs = state?.writer === this.#writer;
    if (!isOurs && state?.writer !== undefined && isAlive(state.writer))
      throw createAnotherWriterError(blobName, state);
    if (!isOurs && onExisting === "fail") throw createExistsError(blobName);
    const isResumable = onExisting === "resume" && this.#isOfThisAttempt(state);
    const isToBeResumed = (isOurs && !this.#hasOnlyLastPart(parts)) || isResumable;
    const resumed = isToBeResumed && found.type === "AppendBlob" ? await this.#resume(parts) : undefined;
    return resumed ?? (await this.#startOver(parts));
  }

  /** Without an id, the content alone shows whether it is the log of the same attempt. */
  #isOfThisAttempt(state: LogState | undefined): boolean {
    const { attemptId } = this.#plan;
    return attemptId === undefined || attemptId === state?.attemptId;
  }

  async #resume(parts: Parts): Promise<OpenedLog | undefined> {
    const { blobs, sourcePlan } = this.#plan;
    const last = findLastPart(parts);
    const { state } = last;
    const end = sumBytes(parts);
    const stored = new StoredRange(blobs, parts, { start: state?.generationStart ?? 0, end }, this.#options);
    const recorded = state && {
      file: state.file,
      sinceNs: state.since,
      holeBytes: state.hole,
      head: state.head,
    };
    const found = await resumeSource(sourcePlan, recorded, stored);
    if (found === undefined) {
      // The same machine does not have the file any more: the bytes that were not stored are lost.
      const isUnfinished = state?.writer !== undefined && state.finishedAt === undefined;
      const sizeBytes = stored.sizeBytes + (state?.hole ?? 0);
      if (isUnfinished && isOnThisMachine(state.writer)) this.#lost = { file: state.file, sizeBytes };
      return undefined;
    }
    const { source, first } = found;
    const takenOver = {
      ...(state ?? this.#createFreshLog(1)),
      ...(first?.begun === true && { file: first.file.identity }),
      writer: this.#writer,
      finishedAt: undefined,
    };
    const part = await this.#closeSourceOnError(source, () => this.#takeOver(last, takenOver));
    const outcome = end === 0 && state === undefined ? "created" : "resumed";
    const opening = this.#kept ?? ({ outcome, keptAs: undefined } as const);
    return {
      log: this.#createAppendLog(part),
      source,
      opening: { ...opening, position: end },
      isLossRecorded: false,
    };
  }

  /** Closes the files that were opened for comparison if the call fails. */
  async #closeSourceOnError<T>(source: Source, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** Takes over a part: from now on the appends of its earlier writer are refused. */
  async #takeOver(
    part: LogPart,
    state: LogState,
  ): Promise<{ name: string; blob: BlobState; state: LogState }> {
    const metadata = formatLogState(state, {
      ...removeStateMetadata(part.blob.metadata),
      ...this.#plan.metadata,
    });
    const etag = await this.#plan.blobs.setMetadata(part.name, part.blob.etag, metadata, this.#options);
    return { name: part.name, blob: { ...part.blob, etag, metadata }, state };
  }

  async #startOver(parts: Parts): Promise<OpenedLog> {
    const { blobs, blobName, onExisting } = this.#plan;
    const takenOver = await this.#takeOverLastPart(parts);
    const [first] = takenOver;
    const isKept = onExisting !== "replace";
    const attempt = isKept ? await keepAttempt(blobs, takenOver, this.#options) : (first.state?.attempt ?? 1);
    const keptAs = isKept ? formatLogName({ path: blobName, attempt, part: 1 }) : undefined;
    this.#kept = { outcome: isKept ? "kept" : "replaced", keptAs };
    return await this.#create(first.blob, isKept ? attempt + 1 : attempt);
  }

  /**
   * Takes over the last part, to which an older writer may still append, before the first one is replaced. A log of one part
   * is not taken over: replacing it is conditional on the version that was read.
   */
  async #takeOverLastPart(parts: Parts): Promise<Parts> {
    const last = findLastPart(parts);
    if (parts.length === 1 || last.state === undefined) return parts;
    const takenOver = await this.#takeOver(last, { ...last.state, writer: this.#writer });
    const [first, ...later] = parts;
    return [first, ...later.slice(0, -1), { ...last, blob: takenOver.blob, state: takenOver.state }];
  }

  /** Whether it is another attempt's log, of which this call has taken over only the last part. */
  #hasOnlyLastPart(parts: Parts): boolean {
    return parts.length > 1 && parts[0].state?.writer !== this.#writer;
  }

  async #create(over: BlobState | "nothing", attempt: number): Promise<OpenedLog> {
    const { blobName, contentType, sourcePlan } = this.#plan;
    const found = await startSource(sourcePlan, this.#lost);
    const { source } = found;
    const isLossRecorded = this.#lost !== undefined;
    const gaps = isLossRecorded ? 1 : 0;
    const state = { ...this.#createFreshLog(attempt), ...describeFirstFile(found, sourcePlan), gaps };
    const metadata = formatLogState(state, this.#plan.metadata);
    const etag = await this.#closeSourceOnError(source, () =>
      this.#createBlob(over, { metadata, contentType }),
    );
    const blob: BlobState = { etag, type: "AppendBlob", sizeBytes: 0, blockCount: 0, metadata, contentType };
    const opening = { ...(this.#kept ?? { outcome: "created", keptAs: undefined }), position: 0 } as const;
    return { log: this.#createAppendLog({ name: blobName, blob, state }), source, opening, isLossRecorded };
  }

  async #createBlob(
    over: BlobState | "nothing",
    content: { metadata: Record<string, string>; contentType: string },
  ): Promise<string> {
    const { blobs, blobName } = this.#plan;
    try {
      return await blobs.create(blobName, over, content, this.#options);
    } catch (error) {
      if (!isWrongBlobType(error) || over === "nothing") throw error;
      await this.#removeOtherType(over);
      return await blobs.create(blobName, "nothing", content, this.#options);
    }
  }

  /**
   * The service does not change the type of a blob, so it must be deleted first. It has been kept before, unless it is
   * to be replaced.
   */
  async #removeOtherType(blob: BlobState): Promise<void> {
    const { blobs, blobName } = this.#plan;
    try {
      await blobs.delete(blobName, blob.etag, this.#options);
    } catch (error) {
      if (getServiceErrorStatus(error) !== 403) throw error;
      throw createOtherTypeError(blobName, blob.type, error);
    }
  }

  #createAppendLog(part: { name: string; blob: BlobState; state: LogState }): AppendLog {
    const { blobs, blockLimit, writeRetryPolicy: retryPolicy } = this.#plan;
    return new AppendLog({ blobs, part, blockLimit, retryPolicy });
  }

  #createFreshLog(attempt: number): LogState {
    return {
      logId: randomUUID(),
      attemptId: this.#plan.attemptId,
      attempt,
      part: 1,
      baseBytes: 0,
      generationStart: 0,
      hole: 0,
      file: undefined,
      head: undefined,
      since: this.#plan.sourcePlan.access.files.nowNs(),
      writer: this.#writer,
      rotations: 0,
      gaps: 0,
      continued: false,
      finishedAt: undefined,
      keptFrom: undefined,
    };
  }
}

/** The state that describes the file before anything of it is stored. */
function describeFirstFile(
  { first }: FoundSource,
  { access }: ResumePlan,
): Pick<LogState, "file" | "head" | "hole" | "since"> {
  const [head, hole] = [createHeadDigest(first?.head ?? Buffer.alloc(0)), first?.start ?? 0];
  // The clock of a file system may be some milliseconds behind.
  const since = first?.firstSeenNs ?? access.files.nowNs() - 50_000_000n;
  return { file: first?.file.identity, head, hole, since };
}

function findLastPart(parts: Parts): LogPart {
  return parts.at(-1) ?? parts[0];
}
