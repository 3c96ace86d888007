import { hasCode, isTransient, type OperationOptions, retry, type RetryPolicy } from "../../core/index.js";
import { type BlobState, isWrongVersion } from "../../storage/index.js";
import { AppendLog } from "../log/append-log.js";
import { ChangedWhileKept, keepAttempt } from "../log/keep-attempt.js";
import { createAnotherWriterError, createExistsError } from "../log/log-errors.js";
import { formatLogName } from "../log/log-names.js";
import { findLastPart, type LogPart, type LogParts, sumBytes, walkLog } from "../log/log-parts.js";
import { formatLogState, type LogState, removeStateMetadata } from "../log/log-state.js";
import { StoredRange } from "../log/stored-range.js";
import { isAlive, isOnThisMachine, createWriterId } from "../log/writer-id.js";
import { SeenFiles } from "../source/files/seen-files.js";
import { matchHeldFile } from "../source/resume/match-held-file.js";
import type { RecordedGeneration } from "../source/resume/recorded-generation.js";
import { resumeSource } from "../source/resume/resume-source.js";
import { startSource } from "../source/resume/start-source.js";
import { parseLateFiles } from "../source/generation/late-file.js";
import type { FoundSource } from "../source/resume/resume-plan.js";
import type { Source } from "../source/source.js";
import { createLogBlob } from "./create-log-blob.js";
import {
  createFreshLogState,
  describeFirstFile,
  describeFoundFile,
  describeRecorded,
} from "./fresh-log-state.js";
import { addObserved, isObserved, reportObserved } from "./observed-source.js";
import type { OpenedLog, OpenPlan, TrackedFileOpening } from "./open-plan.js";

/** Opening is repeated after a lost race or a lost answer; each time the state is read again. */
export const openRetryPolicy: RetryPolicy = { maxAttempts: 6, delayInMs: 200, maxDelayInMs: 6_400 };

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
  async #continueCreated(parts: LogParts): Promise<OpenedLog | undefined> {
    const { observation } = this.#plan;
    const [{ state }] = parts;
    if (observation === undefined || state === undefined || !observation.hasCreated(state.logId))
      return undefined;
    if (parts.length > 1 || sumBytes(parts) > 0) return undefined;
    const { source } = await observation.look();
    const isLossPending = source.isAnyLossKnown;
    const part = await this.#takeOver(parts[0], { ...state, writer: this.#writer, isLossPending });
    await observation.handOver();
    return this.#finish(part, source);
  }

  async #resume(parts: LogParts): Promise<OpenedLog | undefined> {
    this.#lost = undefined;
    const { blobs, observation, sourcePlan } = this.#plan;
    const last = findLastPart(parts);
    const { state } = last;
    const end = sumBytes(parts);
    const stored = new StoredRange(blobs, parts, { start: state?.generationStart ?? 0, end }, this.#options);
    const isUnfinished = this.#lastWriter !== undefined && isOnThisMachine(this.#lastWriter);
    const recorded = state && describeRecorded(state, isUnfinished);
    const found = await resumeSource(sourcePlan, recorded, stored);
    if (found === undefined) {
      const opened = recorded && (await this.#resumeObserved(parts, recorded, stored));
      if (opened !== undefined) return opened;
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
      if (!isUnknown && !(await isObserved(observation, first))) await reportObserved(observation, source);
      const takenOver = {
        ...(state ?? this.#createFreshState(1)),
        isLossPending: source.isAnyLossKnown,
        ...(first?.begun === true && describeFoundFile(first, state)),
        writer: this.#writer,
        finishedAt: undefined,
      };
      return [await this.#takeOver(last, takenOver), await addObserved(observation, found, isUnknown)];
    });
    if (observed !== source) await source.close();
    await observed.watchLate(parseLateFiles(state?.late));
    const outcome = end === 0 && state === undefined ? "created" : "resumed";
    return this.#finish(part, observed, { outcome, position: end });
  }

  /** Continues with the file that was observed first, if it is the recorded one: it may have been deleted since. */
  async #resumeObserved(
    parts: LogParts,
    recorded: RecordedGeneration,
    stored: StoredRange,
  ): Promise<OpenedLog | undefined> {
    const { observation } = this.#plan;
    const last = findLastPart(parts);
    const { state } = last;
    const { source, first } = (await observation?.look()) ?? {};
    if (source === undefined || first === undefined || first.identity !== recorded.file) return undefined;
    const matched = await matchHeldFile(first.file, recorded, stored);
    if (state === undefined || matched === undefined || !(await source.takeStored(matched))) return undefined;
    if (state.isLossPending) first.gapBytes ??= 0;
    const { isAnyLossKnown: isLossPending } = source;
    const part = await this.#takeOver(last, {
      ...state,
      ...describeFoundFile(first, state),
      isLossPending,
      writer: this.#writer,
      finishedAt: undefined,
    });
    await observation?.handOver();
    await source.watchLate(parseLateFiles(state.late));
    return this.#finish(part, source, { outcome: "resumed", position: sumBytes(parts) });
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

  async #startOver(parts: LogParts): Promise<OpenedLog> {
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
  async #takeOverLastPart(parts: LogParts): Promise<LogParts> {
    const last = findLastPart(parts);
    if (parts.length === 1 || last.state === undefined) return parts;
    const takenOver = await this.#takeOver(last, { ...last.state, writer: this.#writer });
    const [first, ...later] = parts;
    return [first, ...later.slice(0, -1), { ...last, blob: takenOver.blob, state: takenOver.state }];
  }

  /** Whether it is another attempt's log, of which this call has taken over only the last part. */
  #hasOnlyLastPart(parts: LogParts): boolean {
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
    if (isEmptied === true)
      await this.#closeSourceOnError(source, () => reportObserved(this.#plan.observation, source));
    const blob: BlobState = { etag, type: "AppendBlob", sizeBytes: 0, blockCount: 0, metadata, contentType };
    return this.#finish({ name: blobName, blob, state }, source);
  }

  #createFreshState(attempt: number): LogState {
    const { attemptId, sourcePlan } = this.#plan;
    const nowNs = sourcePlan.access.files.nowNs();
    return createFreshLogState(attempt, { writer: this.#writer, attemptId, nowNs });
  }

  #finish(
    part: { readonly name: string; readonly blob: BlobState; readonly state: LogState },
    source: Source,
    { outcome, position }: Pick<TrackedFileOpening, "outcome" | "position"> = {
      outcome: "created",
      position: 0,
    },
  ): OpenedLog {
    const { blobs, blockLimit, writeRetryPolicy: retryPolicy } = this.#plan;
    const log = new AppendLog({ blobs, part, blockLimit, retryPolicy });
    const opening = { ...(this.#kept ?? { outcome, keptAs: undefined }), position };
    // By this try, or by the creation of an earlier one.
    const isLossRecorded = this.#lostIn.has(part.state.logId);
    return { log, source, opening, isLossRecorded };
  }
}
