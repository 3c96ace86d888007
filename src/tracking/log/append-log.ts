import { createHash } from "node:crypto";
import { BatchOutputsError, isTransient, type OperationOptions, pause } from "../../core/index.js";
import { type AppendBlobs, type BlobState, isWrongVersion, serviceErrorCode } from "../../storage/index.js";
import { anotherWriter } from "./another-writer.js";
import { formatLogName, parseLogName } from "./log-names.js";
import { formatLogState, type LogState, othersIn, parseLogState } from "./log-state.js";

/** The part of a log that is written to now, as far as it is known. */
export interface OpenPart {
  readonly name: string;
  readonly blob: BlobState;
  readonly state: LogState;
}

/** An append whose answer did not come: what it would have added. */
interface Doubt {
  readonly sizeBytes: number;
  readonly digest: string;
}

const triesPerCall = 4;
const firstPauseMs = 200;

/**
 * The stored side of a tracked file: takes bytes and puts them at the end of the log, each exactly once.
 *
 * Every write is bound to the version (ETag) and length of the blob that this writer knows. When a write fails or its
 * answer is lost, the blob itself is asked what became of it: it then has either the old length or, with the very bytes
 * of the write in doubt, the new one. Everything else is the work of another writer, and nothing is written any more.
 */
export class AppendLog {
  readonly #blobs: AppendBlobs;
  readonly #blockLimit: number;
  #name: string;
  #blob: BlobState;
  #state: LogState;
  #doubt: Doubt | undefined;
  #wanted: LogState | undefined;
  #unsure = false;

  /** `part` is claimed already: its blob names this writer. */
  constructor(blobs: AppendBlobs, part: OpenPart, blockLimit: number) {
    this.#blobs = blobs;
    this.#blockLimit = blockLimit;
    this.#name = part.name;
    this.#blob = part.blob;
    this.#state = part.state;
  }

  /** How many bytes of the log, over all parts, are known to be stored. */
  get position(): number {
    return this.#state.baseBytes + this.#blob.sizeBytes;
  }

  get state(): LogState {
    return this.#state;
  }

  /** How many blocks the log has used, over all its parts. */
  get blocksUsed(): number {
    return (this.#state.part - 1) * this.#blockLimit + this.#blob.blockCount;
  }

  /**
   * Appends at most 4 MiB. When this fails, nothing of it counts as stored, and `settledPosition` finds out what is: to be
   * asked before the bytes for the next append are chosen.
   */
  async append(data: Uint8Array, options: OperationOptions): Promise<void> {
    if (this.#unsure) throw new Error("what became of the last write has to be settled first");
    const end = this.position + data.length;
    await this.#persist(options, async () => {
      if (this.position >= end) return;
      if (this.#blob.blockCount >= this.#blockLimit) await this.#rollOver(options);
      await this.#appendOnce(data, options);
    });
  }

  /** The position after what became of the last write is certain. */
  async settledPosition(options: OperationOptions): Promise<number> {
    await this.#settle(options);
    return this.position;
  }

  /** Writes down a change of state. It is there, for every reader, when this resolves. */
  async update(change: Partial<LogState>, options: OperationOptions): Promise<void> {
    const wanted = { ...this.#state, ...change };
    await this.#settle(options);
    await this.#persist(options, async () => {
      if (sameState(this.#state, wanted)) return;
      await this.#writeState(wanted, options);
    });
  }

  async #appendOnce(data: Uint8Array, options: OperationOptions): Promise<void> {
    const at = { position: this.#blob.sizeBytes, etag: this.#blob.etag };
    const doubt = (): Doubt => ({ sizeBytes: data.length, digest: digestOf(data) });
    try {
      const { etag, blockCount = this.#blob.blockCount + 1 } = await this.#blobs.append(
        this.#name,
        data,
        at,
        options,
      );
      this.#blob = { ...this.#blob, etag, blockCount, sizeBytes: at.position + data.length };
    } catch (error) {
      this.#unsure = true;
      this.#doubt = doubt();
      // Not by our count, but the service's word is the one that holds.
      if (serviceErrorCode(error) === "BlockCountExceedsLimit")
        this.#blob = { ...this.#blob, blockCount: this.#blockLimit };
      throw error;
    }
  }

  async #writeState(wanted: LogState, options: OperationOptions): Promise<void> {
    this.#wanted = wanted;
    const metadata = formatLogState(wanted, othersIn(this.#blob.metadata));
    try {
      const etag = await this.#blobs.setMetadata(this.#name, this.#blob.etag, metadata, options);
      this.#blob = { ...this.#blob, etag, metadata };
      this.#state = wanted;
    } catch (error) {
      this.#unsure = true;
      await this.#settle(options);
      if (!sameState(this.#state, wanted)) throw error;
    }
  }

  /** Runs a write again, after its outcome is certain, as long as it may help. */
  async #persist(options: OperationOptions, write: () => Promise<void>): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      try {
        await write();
        return;
      } catch (error) {
        const mayHelp =
          isTransient(error) || isWrongVersion(error) || serviceErrorCode(error) === "BlockCountExceedsLimit";
        if (!mayHelp || tries >= triesPerCall) throw error;
        if (isTransient(error)) await pause(firstPauseMs * 2 ** (tries - 1), options.abortSignal);
        await this.#settle(options);
      }
    }
  }

  /** Asks the blob what is stored, if that is in doubt. */
  async #settle(options: OperationOptions): Promise<void> {
    if (!this.#unsure) return;
    const blob = await this.#blobs.state(this.#name, options);
    if (blob === undefined) throw removed(this.#name);
    const state = parseLogState(blob.metadata);
    const isOurs = [this.#state, this.#wanted].some((known) => known && state && sameState(state, known));
    if (!isOurs || state === undefined) throw anotherWriter(this.#name, state);
    const added = blob.sizeBytes - this.#blob.sizeBytes;
    if (added !== 0 && !(await this.#isInDoubt(added, options))) throw anotherWriter(this.#name, state);
    const blockCount = Math.max(blob.blockCount, added === 0 ? this.#blob.blockCount : 0);
    this.#blob = { ...blob, blockCount };
    this.#state = state;
    this.#doubt = undefined;
    this.#unsure = false;
  }

  /** Whether what the blob has gained is exactly what the append in doubt would have added. */
  async #isInDoubt(added: number, options: OperationOptions): Promise<boolean> {
    if (added !== this.#doubt?.sizeBytes) return false;
    const { data } = await this.#blobs.read(this.#name, this.#blob.sizeBytes, added, options);
    return data.length === added && digestOf(data) === this.#doubt.digest;
  }

  /**
   * Goes on in a new part. The part is made first and announced by the old one afterwards, so that a reader who follows
   * the announcement finds it, and a writer who was killed in between makes it again.
   */
  async #rollOver(options: OperationOptions): Promise<void> {
    const part = this.#state.part + 1;
    const name = formatLogName({ ...parseLogName(this.#name), part });
    const state: LogState = { ...this.#state, part, baseBytes: this.position, continued: false };
    const metadata = formatLogState(state, othersIn(this.#blob.metadata));
    const etag = await this.#makePart(name, metadata, options);
    await this.#writeState({ ...this.#state, continued: true }, options);
    const { contentType } = this.#blob;
    this.#blob = { etag, type: "AppendBlob", sizeBytes: 0, blockCount: 0, metadata, contentType };
    this.#name = name;
    this.#state = state;
  }

  async #makePart(
    name: string,
    metadata: Record<string, string>,
    options: OperationOptions,
  ): Promise<string> {
    const content = { metadata, contentType: this.#blob.contentType };
    try {
      return await this.#blobs.create(name, "nothing", content, options);
    } catch (error) {
      if (!isWrongVersion(error)) throw error;
    }
    // It has that name, but nothing announces it: left by a writer that was killed, or by an attempt that was kept since.
    const found = await this.#blobs.state(name, options);
    const state = found === undefined ? undefined : parseLogState(found.metadata);
    if (found !== undefined && state === undefined) throw nameTaken(name);
    return await this.#blobs.create(
      name,
      found === undefined ? "nothing" : { etag: found.etag },
      content,
      options,
    );
  }
}

function sameState(one: LogState, other: LogState): boolean {
  return JSON.stringify(formatLogState(one, {})) === JSON.stringify(formatLogState(other, {}));
}

function digestOf(data: Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

function removed(name: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputNotFound",
    `The log "${name}" was deleted while a file was being tracked to it. Track the file again to store it anew.`,
    { path: name },
  );
}

function nameTaken(name: string): BatchOutputsError {
  return new BatchOutputsError(
    "OutputExists",
    `The log has used up its blob and would go on in "${name}", but another output has that name. Delete or rename that one.`,
    { path: name },
  );
}
