import type { AbortSignalLike } from "@azure/abort-controller";
import {
  isTransient,
  type OperationOptions,
  retry,
  type RetryPolicy,
  raceWithAbort,
} from "../../core/index.js";
import { type BlobState, isWrongVersion, getServiceErrorCode } from "../../storage/index.js";
import type { LogBlobs } from "./log-target.js";
import { createAnotherWriterError, logDeleted, nameTaken } from "./log-errors.js";
import { formatLogName, parseLogName } from "./log-names.js";
import {
  formatLogState,
  isSameState,
  type LogState,
  removeStateMetadata,
  parseLogState,
} from "./log-state.js";
import { computeDigest, createPendingAppend, PendingWrites } from "./pending-writes.js";

/** The part of a log that is being written, as far as it is known. */
export interface OpenPart {
  readonly name: string;
  readonly blob: BlobState;
  readonly state: LogState;
}

export interface AppendLogPlan {
  readonly blobs: LogBlobs;
  /** Already claimed: its blob contains the id of this writer. */
  readonly part: OpenPart;
  readonly blockLimit: number;
  readonly retryPolicy: RetryPolicy;
}

/**
 * For a write that failed with a transient error, or that was refused because an earlier write was carried out late.
 */
export const writeRetryPolicy: RetryPolicy = { maxAttempts: 4, delayInMs: 200, maxDelayInMs: 800 };

/**
 * The stored side of a tracked file: appends bytes to the end of the log, each exactly once.
 *
 * Every write is conditional on the last known version (ETag) and length of the blob. If a write fails or its answer is
 * lost, the blob is read to find out what happened: it is unchanged, or exactly one of the uncertain writes produced
 * its current state. In any other case another writer has changed it, and nothing more is written.
 */
export class AppendLog {
  readonly #blobs: LogBlobs;
  readonly #blockLimit: number;
  readonly #retryPolicy: RetryPolicy;
  readonly #pending = new PendingWrites();
  #name: string;
  #blob: BlobState;
  #state: LogState;
  #isInDoubt = false;
  /** The digest of the last confirmed append. */
  #lastDigest: string | undefined;

  constructor({ blobs, part, blockLimit, retryPolicy }: AppendLogPlan) {
    this.#blobs = blobs;
    this.#blockLimit = blockLimit;
    this.#retryPolicy = retryPolicy;
    this.#name = part.name;
    this.#blob = part.blob;
    this.#state = part.state;
  }

  /** The number of bytes of the log, over all parts, that are known to be stored. */
  get position(): number {
    return this.#state.baseBytes + this.#blob.sizeBytes;
  }

  get state(): LogState {
    return this.#state;
  }

  /** The number of blocks used, over all parts. */
  get blocksUsed(): number {
    return (this.#state.part - 1) * this.#blockLimit + this.#blob.blockCount;
  }

  /**
   * Appends at most 4 MiB at the known end.
   *
   * @returns False if an earlier append was carried out late, so that the log ends elsewhere: then nothing was
   * appended, and the caller must read again from `position`.
   */
  async append(data: Uint8Array, options: OperationOptions): Promise<boolean> {
    await this.settle(options);
    const start = this.position;
    const end = start + data.length;
    this.#lastDigest = undefined;
    return await this.#persist(options, async () => {
      if (this.position !== start) return this.position === end && this.#lastDigest === computeDigest(data);
      if (this.#blob.blockCount >= this.#blockLimit) await this.#continueInNewPart(options);
      await this.#appendOnce(data, options);
      return true;
    });
  }

  /** Finds out whether the last writes were carried out. `position` and `state` are exact when this resolves. */
  async settle(options: OperationOptions): Promise<void> {
    if (!this.#isInDoubt) return;
    await this.#persist(options, () => this.#settleOnce(options));
  }

  /**
   * Records a change of state. It is computed from the state after all earlier writes. Every reader sees it when this
   * resolves. If it fails, call it again with the same change.
   */
  async updateState(change: () => Partial<LogState>, options: OperationOptions): Promise<void> {
    await this.#persist(options, async () => {
      await this.#settleOnce(options);
      const wanted = { ...this.#state, ...change() };
      if (!isSameState(this.#state, wanted)) await this.#writeState(wanted, options);
    });
  }

  async #appendOnce(data: Uint8Array, options: OperationOptions): Promise<void> {
    const { etag, sizeBytes } = this.#blob;
    try {
      const appended = await this.#call(options.abortSignal, () =>
        this.#blobs.append(this.#name, data, { position: sizeBytes, etag }, options),
      );
      const { blockCount = this.#blob.blockCount + 1 } = appended;
      this.#blob = { ...this.#blob, etag: appended.etag, blockCount, sizeBytes: sizeBytes + data.length };
      this.#pending.clear();
    } catch (error) {
      this.#isInDoubt = true;
      this.#pending.add(etag, createPendingAppend(data));
      // The limit of the service applies, even if fewer blocks were counted here.
      if (getServiceErrorCode(error) === "BlockCountExceedsLimit")
        this.#blob = { ...this.#blob, blockCount: this.#blockLimit };
      throw error;
    }
  }

  async #writeState(state: LogState, options: OperationOptions): Promise<void> {
    const { etag } = this.#blob;
    const metadata = formatLogState(state, removeStateMetadata(this.#blob.metadata));
    try {
      const newEtag = await this.#call(options.abortSignal, () =>
        this.#blobs.setMetadata(this.#name, etag, metadata, options),
      );
      this.#blob = { ...this.#blob, etag: newEtag, metadata };
      this.#state = state;
      this.#pending.clear();
    } catch (error) {
      this.#isInDoubt = true;
      this.#pending.add(etag, { kind: "state", state });
      throw error;
    }
  }

  /** Repeats a write after transient errors, each time when the outcome of the previous one is known. */
  async #persist<T>(options: OperationOptions, write: () => Promise<T>): Promise<T> {
    return await retry(
      async () => {
        await this.#settleOnce(options);
        return await write();
      },
      { policy: this.#retryPolicy, abortSignal: options.abortSignal, isRetriable: isRepeatable },
    );
  }

  /** Reads the state of the blob if an outcome is uncertain. */
  async #settleOnce(options: OperationOptions): Promise<void> {
    if (!this.#isInDoubt) return;
    const blob = await this.#call(options.abortSignal, () => this.#blobs.fetchState(this.#name, options));
    if (blob === undefined) throw logDeleted(this.#name);
    if (blob.etag !== this.#blob.etag) await this.#takeOver(blob, options);
    this.#isInDoubt = false;
  }

  /** Handles a changed blob: the change is one of the uncertain writes, or that of another writer. */
  async #takeOver(blob: BlobState, options: OperationOptions): Promise<void> {
    const state = parseLogState(blob.metadata);
    const added = blob.sizeBytes - this.#blob.sizeBytes;
    if (state === undefined) throw createAnotherWriterError(this.#name, state);
    if (added === 0 && this.#pending.hasWritten(state)) this.#lastDigest = undefined;
    else if (added > 0 && isSameState(state, this.#state)) {
      const digests = this.#pending.getDigests(added);
      const digest = digests.length === 0 ? undefined : await this.#computeDigestOfAdded(added, options);
      if (digest === undefined || !digests.includes(digest))
        throw createAnotherWriterError(this.#name, state);
      this.#lastDigest = digest;
    } else throw createAnotherWriterError(this.#name, state);
    const blockCount = Math.max(blob.blockCount, added === 0 ? this.#blob.blockCount : 0);
    this.#blob = { ...blob, blockCount };
    this.#state = state;
    this.#pending.clear();
  }

  async #computeDigestOfAdded(count: number, options: OperationOptions): Promise<string> {
    const { data } = await this.#call(options.abortSignal, () =>
      this.#blobs.read(this.#name, this.#blob.sizeBytes, count, options),
    );
    return computeDigest(data);
  }

  /**
   * Continues in a new part. The new part is created before the state of the old part refers to it, so that readers
   * always find it. A writer that is killed in between creates it again.
   */
  async #continueInNewPart(options: OperationOptions): Promise<void> {
    const part = this.#state.part + 1;
    const name = formatLogName({ ...parseLogName(this.#name), part });
    const state: LogState = { ...this.#state, part, baseBytes: this.position, continued: false };
    const metadata = formatLogState(state, removeStateMetadata(this.#blob.metadata));
    const etag = await this.#createPart(name, metadata, options);
    if (!this.#state.continued) await this.#writeState({ ...this.#state, continued: true }, options);
    const { contentType } = this.#blob;
    this.#blob = { etag, type: "AppendBlob", sizeBytes: 0, blockCount: 0, metadata, contentType };
    this.#name = name;
    this.#state = state;
    this.#pending.clear();
  }

  async #createPart(
    name: string,
    metadata: Record<string, string>,
    options: OperationOptions,
  ): Promise<string> {
    const content = { metadata, contentType: this.#blob.contentType };
    const found = await this.#call(options.abortSignal, () => this.#blobs.fetchState(name, options));
    // No part refers to the blob: it was left by a writer that was killed, or by an attempt that has been kept since.
    if (found !== undefined && parseLogState(found.metadata) === undefined) throw nameTaken(name, "part");
    // The service refuses this if another writer has claimed the log. Then the part belongs to that writer, and is
    // kept.
    if (found !== undefined) await this.#writeState(this.#state, options);
    return await this.#call(options.abortSignal, () =>
      this.#blobs.create(name, found === undefined ? "nothing" : { etag: found.etag }, content, options),
    );
  }

  /** Waits for a request. Stops waiting when the signal fires. */
  async #call<T>(abortSignal: AbortSignalLike | undefined, request: () => Promise<T>): Promise<T> {
    return await (abortSignal === undefined ? request() : raceWithAbort(request(), abortSignal));
  }
}

function isRepeatable(error: unknown): boolean {
  return (
    isTransient(error) || isWrongVersion(error) || getServiceErrorCode(error) === "BlockCountExceedsLimit"
  );
}
