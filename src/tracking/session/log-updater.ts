import { type OperationOptions, type SemaphoreSlot, throwIfAborted } from "../../core/index.js";
import { getServiceErrorCode } from "../../storage/index.js";
import type { AppendLog } from "../log/append-log.js";
import type { LogState } from "../log/log-state.js";
import { createHeadDigest } from "../source/generation/head-digest.js";
import { formatLateFiles } from "../source/generation/late-file.js";
import type { Generation } from "../source/generation/generation.js";
import type { Source } from "../source/source.js";
import type { TimesRecorder } from "../times/times-recorder.js";
import type { TimesBlock } from "../times/times-format.js";
import type { OpenedLog } from "./open-plan.js";

/** Called while bytes are appended to the log. */
export interface LogUpdaterEvents {
  flushed(bytes: number, position: number): void;
  /** The log continues with the file's content after a rotation or truncation. */
  rotated(position: number): void;
  /** Bytes may be missing at the position, at least `knownBytes` of them. */
  lost(knownBytes: number, position: number): void;
}

/** Observes when the stored bytes were written. */
export interface LogUpdaterTimes {
  readonly recorder: TimesRecorder;
  readonly onTimes: (block: TimesBlock) => void;
}

/**
 * The maximum size of one append: 4 MiB, which every version of the API accepts. A flush has one buffer of this size.
 */
export const appendBytes = 4 * 1024 * 1024;

/** Appends the content of a source to its log. Not for concurrent calls. */
export class LogUpdater {
  readonly #source: Source;
  readonly #log: AppendLog;
  readonly #events: LogUpdaterEvents;
  readonly #times: LogUpdaterTimes | undefined;
  /**
   * The number of gaps to record, while that write is not confirmed: if it is repeated, the gap must not be counted
   * twice.
   */
  #gaps: number | undefined;
  #isLossToAnnounce: boolean;
  #buffer: Buffer | undefined;
  /** The position up to which the times of the log have been recorded. */
  #timedPosition: number;

  constructor(
    { source, log, isLossRecorded }: OpenedLog,
    events: LogUpdaterEvents,
    times: LogUpdaterTimes | undefined,
  ) {
    this.#source = source;
    this.#log = log;
    this.#events = events;
    this.#times = times;
    this.#isLossToAnnounce = isLossRecorded;
    this.#timedPosition = log.position;
  }

  /** Whether there was anything to append at the last look at the file. */
  get isBehind(): boolean {
    const { current } = this.#source;
    return this.#source.hasMoreThan(current === undefined ? 0 : this.#getStoredOffset(current));
  }

  /** Looks at the file. */
  async look(): Promise<void> {
    await this.#source.look();
    this.#times?.recorder.look(this.#source.generations);
  }

  /**
   * Appends all bytes that the file has when this is called. If it fails, it can be called again.
   *
   * @param turn - Notified of every successful append, so that the flush keeps its turn.
   */
  async flush(options: OperationOptions, turn: SemaphoreSlot): Promise<void> {
    // Recorded while the log was opened; its position is not known.
    if (this.#isLossToAnnounce) this.#events.lost(0, 0);
    this.#isLossToAnnounce = false;
    await this.#log.settle(options);
    await this.look();
    this.#recordTimes();
    const { goal } = this.#source;
    try {
      for (;;) {
        const { current } = this.#source;
        const offset = current === undefined ? 0 : this.#getStoredOffset(current);
        if (this.#source.isReached(goal, offset) || !(await this.#step(options))) return;
        turn.touch();
      }
    } finally {
      this.#buffer = undefined;
    }
  }

  /** Reports everything that was seen and cannot be read as lost. */
  async loseRest(options: OperationOptions): Promise<void> {
    const { current } = this.#source;
    const offset = current === undefined ? 0 : this.#getStoredOffset(current);
    await this.#report(Math.max(0, this.#source.countUnread(offset)), options);
  }

  /** The offset in its file at which the current generation continues. */
  #getStoredOffset(generation: Generation): number {
    const stored = generation.begun ? this.#log.position - this.#log.state.generationStart : 0;
    return generation.start + stored;
  }

  /** Performs one append, or reports one loss. Returns false if there is nothing more to do. */
  async #step(options: OperationOptions): Promise<boolean> {
    await this.#log.settle(options);
    this.#recordTimes();
    throwIfAborted(options.abortSignal);
    const { current } = this.#source;
    const bytesLeft = current === undefined ? 0 : current.seenBytes - this.#getStoredOffset(current);
    const buffer = this.#getBuffer(bytesLeft);
    const step = await this.#source.next(
      (generation) => this.#getStoredOffset(generation),
      appendBytes,
      buffer,
    );
    if (step === undefined) return false;
    if (step.kind === "lost") await this.#report(step.knownBytes, options);
    else await this.#append(step.generation, step.data, options);
    return true;
  }

  async #append(generation: Generation, data: Buffer, options: OperationOptions): Promise<void> {
    if (!generation.begun) await this.#begin(generation, options);
    const buffer = this.#buffer;
    this.#buffer = undefined;
    const isAppended = await this.#log.append(data, options);
    this.#buffer = buffer;
    // Otherwise an earlier append was carried out late, and the next step continues from the new position.
    if (!isAppended) return;
    this.#events.flushed(data.length, this.#log.position);
    this.#recordTimes();
  }

  /** Records when the bytes that have been stored since the last call arrived: also those of a flush that was given up. */
  #recordTimes(): void {
    const { current: generation } = this.#source;
    const position = this.#timedPosition;
    const bytes = this.#log.position - position;
    if (bytes <= 0 || generation?.begun !== true) return;
    this.#timedPosition = this.#log.position;
    const offset = this.#getStoredOffset(generation) - bytes;
    const times = this.#times?.recorder.takeTimes({ generation, offset, position, bytes });
    if (times !== undefined) this.#times?.onTimes(times);
  }

  /**
   * Returns one buffer for all blocks of a long flush, so that memory does not depend on the garbage collector. It is
   * not reused after a failed append, because the request may still be sent from it.
   */
  #getBuffer(bytesLeft: number): Buffer | undefined {
    if (bytesLeft < 2 * appendBytes && this.#buffer === undefined) return undefined;
    this.#buffer ??= Buffer.allocUnsafeSlow(appendBytes);
    return this.#buffer;
  }

  /** Records that the log continues with another file, before the first byte of it is appended. */
  async #begin(generation: Generation, options: OperationOptions): Promise<void> {
    const rotationsBefore = this.#log.state.rotations;
    try {
      await this.#log.updateState(() => {
        const { position, state } = this.#log;
        return { ...describeBeginning(generation, position, state), ...describeLate(this.#source, state) };
      }, options);
    } catch (error) {
      // The bytes matter more than what is known of their file: without it, a restart proves less.
      if (!isStateRefused(error) || !this.#isBegun(generation)) throw error;
    }
    generation.begun = true;
    if (this.#log.state.rotations > rotationsBefore) this.#events.rotated(this.#log.position);
  }

  /** Whether the recorded state has the positions with which the generation begins. */
  #isBegun(generation: Generation): boolean {
    const { position, state } = this.#log;
    const { generationStart, hole, rotations } = describeBeginning(generation, position, state);
    return state.generationStart === generationStart && state.hole === hole && state.rotations === rotations;
  }

  /** Records a loss in the log before anything is appended after it. */
  async #report(knownBytes: number, options: OperationOptions): Promise<void> {
    await this.#log.settle(options);
    this.#gaps ??= this.#log.state.gaps + 1;
    const gaps = this.#gaps;
    await this.#log.updateState(() => {
      const { isAnyLossKnown: isLossPending, lateFiles } = this.#source;
      return { gaps, isLossPending, late: formatLateFiles(lateFiles) };
    }, options);
    this.#gaps = undefined;
    await this.#source.acknowledgeLoss();
    this.#events.lost(knownBytes, this.#log.position);
  }
}

/** Whether the store refuses to change metadata. It may accept appends nevertheless, as immutability policies can permit. */
function isStateRefused(error: unknown): boolean {
  const code = getServiceErrorCode(error);
  return code === "BlobImmutableDueToPolicy" || code === "AuthorizationPermissionMismatch";
}

/** The renamed files that are watched, and a loss in one that is not watched any more. */
function describeLate(
  { lateFiles, isLateLossHidden }: Source,
  { isLossPending }: LogState,
): Pick<LogState, "isLossPending" | "late"> {
  return { late: formatLateFiles(lateFiles), isLossPending: isLossPending || isLateLossHidden };
}

function describeBeginning(
  { file, start, head, firstSeenNs }: Generation,
  position: number,
  state: LogState,
): Pick<LogState, "file" | "generationStart" | "head" | "hole" | "rotations" | "since"> {
  const isRotation =
    state.file !== undefined && (state.file !== file.identity || state.generationStart < position);
  return {
    generationStart: position,
    file: file.identity,
    head: createHeadDigest(head),
    hole: start,
    since: firstSeenNs,
    rotations: state.rotations + (isRotation ? 1 : 0),
  };
}
