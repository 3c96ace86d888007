import { hasCode, isTransient, type OperationOptions, retry, type RetryPolicy } from "../../core/index.js";
import { type BlobState, isWrongVersion } from "../../storage/index.js";
import { AppendLog } from "../log/append-log.js";
import { ChangedWhileKept, keepAttempt } from "../log/keep-attempt.js";
import { createAnotherWriterError, createExistsError } from "../log/log-errors.js";
import { formatLogName } from "../log/log-names.js";
import { type LogPart, sumBytes, walkLog } from "../log/log-parts.js";
import { formatLogState, type LogState, removeStateMetadata } from "../log/log-state.js";
import { StoredRange } from "../log/stored-range.js";
import { isAlive, isOnThisMachine, createWriterId } from "../log/writer-id.js";
import { SeenFiles } from "../source/files/seen-files.js";
import { resumeSource } from "../source/resume/resume-source.js";
import { startSource } from "../source/resume/start-source.js";
import { parseLateFiles } from "../source/generation/late-file.js";
import type { Generation } from "../source/generation/generation.js";
import type { FoundSource } from "../source/resume/resume-plan.js";
import type { Source } from "../source/source.js";
import { createLogBlob } from "./create-log-blob.js";
import { createFreshLogState, describeFirstFile, describeFoundFile } from "./fresh-log-state.js";
import type { OpenedLog, OpenPlan } from "./open-plan.js";

/** Opening is repeated after a lost race or a lost answer; each time the state is read again. */
export const openRetryPolicy: RetryPolicy = { maxAttempts: 6, delayInMs: 200, maxDelayInMs: 6_400 };

type Parts = readonly [LogPart, ...LogPart[]];

/** Finds or creates the log for a file, and takes it over: from now on the appends of all other writers are refused. */
export async function openTrackedLog(plan: OpenPlan, options: OperationOptions): Promise<OpenedLog> {
  const opener = new LogOpener(plan, options);
  return await retry(() => opener.open(), {
    policy: plan.openRetryPolicy,
    abortSignal: options.abortSignal,
    // EBUSY: a program of Windows has the file open without sharing it, such as a virus scanner for a moment.
    isRetriable: (error) =>
      isWrongVersion(error) ||
      isTransient(error) ||
      hasCode(error, "EBUSY") ||
      error instanceof ChangedWhileKept,
  });
}

class LogOpener {
  readonly #plan: OpenPlan;
  readonly #options: OperationOptions;
  readonly #writer = createWriterId();
  /** The writer that had not finished the log, before this call took it over. */
  #lastWriter: string | undefined;
  #kept: { outcome: "kept" | "replaced"; keptAs: string | undefined } | undefined;
  /** Set by a resume that found no file, and reported by the creation that follows. */
  #lost: { readonly file: string | undefined; readonly sizeBytes: number } | undefined;
  /** The ids of the logs that were, perhaps, created with that loss. */
  readonly #lostIn = new Set<string>();

  constructor(plan: OpenPlan, options: OperationOptions) {
    const { access, path, isTracked } = plan.sourcePlan;
    const files = plan.observation?.files ?? new SeenFiles(access.files, path);
    this.#plan = { ...plan, sourcePlan: { access: { ...access, files }, path, isTracked } };
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
    if (!isOurs) this.#lastWriter = state?.finishedAt === undefined ? state?.writer : undefined;
    if (!isOurs && state?.writer !== undefined && isAlive(state.writer))
      throw createAnotherWriterError(blobName, state);
    const created = await this.#continueCreated(parts);
    if (created !== undefined) return created;
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

  /**
   * Continues with what was observed, if an earlier try has created the log for it and its answer was lost. A search would know only the
   * files that are there now.
   */
  async #continueCreated(parts: Parts): Promise<OpenedLog | undefined> {
    const { observation } = this.#plan;
    const [{ state }] = parts;
    if (observation === undefined || state === undefined || !observation.hasCreated(state.logId))
      return undefined;
    if (parts.length > 1 || sumBytes(parts) > 0) return undefined;
    const { source } = await observation.look();
    const isLossPending = source.isAnyLossKnown;
    const part = await this.#takeOver(parts[0], { ...state, writer: this.#writer, isLossPending });
    await observation.handOver();
    const opening = { ...(this.#kept ?? { outcome: "created", keptAs: undefined }), position: 0 } as const;
    const isLossRecorded = this.#lostIn.has(state.logId);
    return { log: this.#createAppendLog(part), source, opening, isLossRecorded };
  }

  async #resume(parts: Parts): Promise<OpenedLog | undefined> {
    this.#lost = undefined;
    const { blobs, sourcePlan } = this.#plan;
    const last = findLastPart(parts);
    const { state } = last;
    const end = sumBytes(parts);
    const stored = new StoredRange(blobs, parts, { start: state?.generationStart ?? 0, end }, this.#options);
    const isUnfinished = this.#lastWriter !== undefined && isOnThisMachine(this.#lastWriter);
    const recorded = state && {
      file: state.file,
      isUnfinished,
      sinceNs: state.since,
      holeBytes: state.hole,
      head: state.head,
    };
    const found = await resumeSource(sourcePlan, recorded, stored);
    if (found === undefined) {
      // The same machine does not have the file any more: the bytes that were not stored are lost.
      const sizeBytes = stored.sizeBytes + (state?.hole ?? 0);
      if (isUnfinished) this.#lost = { file: state?.file, sizeBytes };
      return undefined;
    }
    const { source, first } = found;
    const isUnknown = end === 0 && state?.file === undefined;
    const [part, observed] = await this.#closeSourceOnError(source, async () => {
      if (state?.isLossPending === true) await this.#losePending(found);
      // What is known to be missing is noted when the log is taken over: this process may be killed before it can report it.
      if (!isUnknown && !(await this.#isObserved(first))) await this.#reportObserved(source);
      const takenOver = {
        ...(state ?? this.#createFreshState(1)),
        isLossPending: source.isAnyLossKnown,
        ...(first?.begun === true && describeFoundFile(first, state)),
        writer: this.#writer,
        finishedAt: undefined,
      };
      return [await this.#takeOver(last, takenOver), await this.#addObserved(found, isUnknown)];
    });
    if (observed !== source) await source.close();
    await observed.watchLate(parseLateFiles(state?.late));
    const outcome = end === 0 && state === undefined ? "created" : "resumed";
    const opening = this.#kept ?? ({ outcome, keptAs: undefined } as const);
    return {
      log: this.#createAppendLog(part),
      source: observed,
      opening: { ...opening, position: end },
      // It was recorded by the creation of an earlier try.
      isLossRecorded: state !== undefined && this.#lostIn.has(state.logId),
    };
  }

  /**
   * Returns the source that was observed while the log was being opened, if the log continues in its first file: the files after it are held
   * open, and may be under no name any more. Otherwise what was observed must be in the source that was found, or is reported as lost.
   *
   * @param isUnknown - Whether the log knows of no file: what was observed first is its first content.
   */
  async #addObserved({ source, first }: FoundSource, isUnknown: boolean): Promise<Source> {
    const { observation } = this.#plan;
    if (observation === undefined) return source;
    const { source: observed } = await observation.look();
    const isSame = first !== undefined && (await observed.takeStored(first));
    if (isSame || isUnknown) {
      if (isSame) first.gapBytes = undefined;
      if (source.isGapKnown) await observed.suspectGap();
      await observation.handOver();
      return observed;
    }
    await this.#reportObserved(source);
    return source;
  }

  /** Whether the file is the first one that was observed while the log was being opened. */
  async #isObserved(first: Generation | undefined): Promise<boolean> {
    const observed = await this.#plan.observation?.look();
    return observed?.source.current?.identity === first?.identity;
  }

  /** Records a possible loss if content was observed that a source does not have. */
  async #reportObserved(source: Source): Promise<void> {
    const observed = await this.#plan.observation?.look();
    if (observed === undefined) return;
    // What came after the observed content must be known, otherwise it would seem to be missing.
    await source.look();
    await source.reportMissing(observed.source.generations);
    if (observed.source.isGapKnown) await source.suspectGap();
  }

  /** Reports a loss that the last writer knew of, and has not recorded. */
  async #losePending({ source, first }: FoundSource): Promise<void> {
    if (first === undefined) await source.suspectGap();
    else first.gapBytes ??= 0;
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
    const { blobs, blobName, contentType, sourcePlan } = this.#plan;
    const isLossRecorded = this.#lost !== undefined;
    const observed = await this.#plan.observation?.look();
    // The file was emptied before it was observed, and may begin with a hole as long as what it had then.
    const isEmptied = observed?.source.generations.some(({ identity }) => identity === this.#lost?.file);
    const isUsed = observed !== undefined && isEmptied === false;
    const observation = isUsed ? this.#plan.observation : undefined;
    const found = isUsed ? observed : await startSource(sourcePlan, this.#lost);
    const { source } = found;
    const gaps = isLossRecorded ? 1 : 0;
    const { isAnyLossKnown: isLossPending } = source;
    const first = describeFirstFile(found, sourcePlan);
    const state = { ...this.#createFreshState(attempt), ...first, gaps, isLossPending };
    if (isLossRecorded) this.#lostIn.add(state.logId);
    observation?.addCreated(state.logId);
    const metadata = formatLogState(state, this.#plan.metadata);
    const create = async (): Promise<string> =>
      await createLogBlob(blobs, blobName, over, { metadata, contentType }, this.#options);
    // If it fails, the file is observed until the next try.
    const etag = await (observation ? create() : this.#closeSourceOnError(source, create));
    await observation?.handOver();
    if (isEmptied === true) await this.#closeSourceOnError(source, () => this.#reportObserved(source));
    const blob: BlobState = { etag, type: "AppendBlob", sizeBytes: 0, blockCount: 0, metadata, contentType };
    const opening = { ...(this.#kept ?? { outcome: "created", keptAs: undefined }), position: 0 } as const;
    return { log: this.#createAppendLog({ name: blobName, blob, state }), source, opening, isLossRecorded };
  }

  #createFreshState(attempt: number): LogState {
    const { attemptId, sourcePlan } = this.#plan;
    const nowNs = sourcePlan.access.files.nowNs();
    return createFreshLogState(attempt, { writer: this.#writer, attemptId, nowNs });
  }

  #createAppendLog(part: { name: string; blob: BlobState; state: LogState }): AppendLog {
    const { blobs, blockLimit, writeRetryPolicy: retryPolicy } = this.#plan;
    return new AppendLog({ blobs, part, blockLimit, retryPolicy });
  }
}

function findLastPart(parts: Parts): LogPart {
  return parts.at(-1) ?? parts[0];
}
