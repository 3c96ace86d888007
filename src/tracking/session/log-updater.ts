import { type OperationOptions, throwIfAborted } from "../../core/index.js";
import type { AppendLog } from "../log/append-log.js";
import { findCopy } from "../source/find-copy.js";
import type { Generation } from "../source/generation.js";
import type { StoredRange } from "../source/log-comparison.js";
import type { LogState } from "../log/log-state.js";
import type { SourceTrail } from "../source/source.js";

/** What happened while bytes were carried to the log. */
export interface ShipperEvents {
  flushed(bytes: number, position: number): void;
  /** The log goes on with what the file held after a rotation or truncation. */
  rotated(position: number): void;
  /** A file was truncated or removed before it was read to its end. `knownBytes`: at least so many are lost. */
  lost(knownBytes: number, position: number): void;
}

/** Bytes of one append: what Azure takes at any version of its interface, and what one tracked file needs of memory. */
export const appendBytes = 4 * 1024 * 1024;

/** Carries what a file holds, generation after generation, to the end of the log. Not for two calls at a time. */
export class Shipper {
  readonly #trail: SourceTrail;
  readonly #log: AppendLog;
  readonly #stored: (start: number, options: OperationOptions) => Promise<StoredRange>;
  readonly #events: ShipperEvents;
  #begin: Partial<LogState> | undefined;
  #lost: number | undefined;
  #gaps: number | undefined;
  #buffer: Buffer | undefined;

  constructor(
    trail: SourceTrail,
    log: AppendLog,
    stored: (start: number, options: OperationOptions) => Promise<StoredRange>,
    events: ShipperEvents,
  ) {
    this.#trail = trail;
    this.#log = log;
    this.#stored = stored;
    this.#events = events;
  }

  /** Whether there was something to carry when the file was last looked at. */
  get isBehind(): boolean {
    const { current } = this.#trail;
    return this.#trail.hasMoreThan(current?.begun === true ? this.#offset : 0);
  }

  /** Carries everything that is in the file when this is called. When it fails, it can be called again. */
  async ship(options: OperationOptions): Promise<void> {
    await this.#log.settledPosition(options);
    await this.#trail.look();
    const { last } = this.#trail;
    try {
      // At least one read, also of nothing: it makes sure that the file is still the one that is stored.
      for (let goOn = true, isFirst = true; goOn; isFirst = false) {
        const { current } = this.#trail;
        const isLast = current?.begun === true && current === last?.generation;
        const isEnough = !isFirst && isLast && this.#offset >= last.sizeBytes;
        goOn = !isEnough && (await this.#step(options));
      }
    } finally {
      this.#buffer = undefined;
    }
  }

  get #offset(): number {
    return this.#log.position - this.#log.state.generationStart;
  }

  /** One append, or one change of generation. False when there is nothing more to do. */
  async #step(options: OperationOptions): Promise<boolean> {
    await this.#log.settledPosition(options);
    await this.#report(options);
    const { current } = this.#trail;
    if (current === undefined) return false;
    if (current.replaced) return await this.#replaced(current, options);
    // Before the read: what was written to this generation was written before anything was to the next one.
    const isOver = await this.#trail.isOver();
    const offset = current.begun ? this.#offset : 0;
    throwIfAborted(options.abortSignal);
    const data = await current.read(offset, appendBytes, this.#bufferFor(current.seenBytes - offset));
    if (data === "replaced") {
      current.replaced = true;
      return true;
    }
    if (data === "gone") return await this.#gone(current);
    if (data.length > 0) {
      await this.#append(current, data, options);
      return true;
    }
    if (isOver) await this.#trail.advance();
    return isOver;
  }

  async #append(current: Generation, data: Buffer, options: OperationOptions): Promise<void> {
    if (!current.begun) await this.#beginGeneration(current, options);
    const buffer = this.#buffer;
    this.#buffer = undefined;
    await this.#log.append(data, options);
    this.#buffer = buffer;
    this.#events.flushed(data.length, this.#log.position);
  }

  /**
   * One buffer for all blocks of a long flush, so that memory does not wait for the garbage collector. Never again after
   * an append that failed: a part of the request may still be on its way out of it.
   */
  #bufferFor(bytesLeft: number): Buffer | undefined {
    if (bytesLeft < 2 * appendBytes && this.#buffer === undefined) return undefined;
    this.#buffer ??= Buffer.allocUnsafeSlow(appendBytes);
    return this.#buffer;
  }

  /** Writes down that from here on the log holds another file, before the first byte of it is appended. */
  async #beginGeneration(current: Generation, options: OperationOptions): Promise<void> {
    const { position, state } = this.#log;
    const isRotation =
      state.file !== undefined && (state.file !== current.identity || state.generationStart < position);
    // Kept as it is until it is written: it may be written already when its answer is lost.
    this.#begin ??= {
      generationStart: position,
      file: current.identity,
      since: current.first.modifiedNs,
      rotations: state.rotations + (isRotation ? 1 : 0),
    };
    await this.#log.update(this.#begin, options);
    this.#begin = undefined;
    current.begun = true;
    if (isRotation) this.#events.rotated(position);
  }

  /** The file was emptied, or written anew in place: what it held and was not read may be in a copy beside it. */
  async #replaced(current: Generation, options: OperationOptions): Promise<boolean> {
    const shipped = current.begun ? this.#offset : 0;
    const range = await this.#stored(this.#log.position - shipped, options);
    const copy = await findCopy(this.#trail.path, range, [current.first], options);
    const copiedAway = await this.#trail.replaceCurrent(copy);
    if (copy !== undefined) await this.#trail.current?.rememberTail(shipped);
    else if (shipped > 0 || (copiedAway === 0 && current.seenBytes > 0))
      this.#lost = current.seenBytes - shipped;
    return true;
  }

  async #gone(current: Generation): Promise<boolean> {
    const shipped = current.begun ? this.#offset : 0;
    if (current.seenBytes > shipped) this.#lost = current.seenBytes - shipped;
    await this.#trail.advance();
    return true;
  }

  /** Writes a loss down with the log before anything follows it. */
  async #report(options: OperationOptions): Promise<void> {
    if (this.#lost === undefined) return;
    const { position, state } = this.#log;
    this.#gaps ??= state.gaps + 1;
    await this.#log.update({ gaps: this.#gaps }, options);
    const knownBytes = Math.max(0, this.#lost);
    this.#lost = undefined;
    this.#gaps = undefined;
    this.#events.lost(knownBytes, position);
  }
}
