import type { Generation } from "../source/generation/generation.js";
import { type Arrival, Arrivals } from "./arrivals.js";
import type { TimesBlock } from "./times-format.js";

/** A stored range of a log, and the file that it was read from. */
export interface StoredPiece {
  readonly generation: Generation;
  /** The offset in the file, and the position in the log, at which it begins. */
  readonly offset: number;
  readonly position: number;
  readonly bytes: number;
}

interface Observed {
  readonly arrivals: Arrivals;
  seenBytes: number;
}

/**
 * Observes when the bytes of a tracked file arrive, and converts that to positions of the log when they are stored. Looks find
 * out how much a file has grown; a program that writes the file itself passes the arrivals, which are more precise.
 */
export class TimesRecorder {
  readonly #given: Arrivals | undefined;
  readonly #clock: Arrivals;
  readonly #observed = new Map<Generation, Observed>();
  #lastLookAt: number | undefined;
  /** The one of the last stored piece. */
  #generation: Generation | undefined;
  /** The last arrival of the generation that is being stored: it also applies to what follows, up to the next one. */
  #current: Arrival | undefined;

  constructor(given: Arrivals | undefined) {
    this.#given = given;
    this.#clock = given ?? new Arrivals();
  }

  /** To be called after each look, with the generations that are not stored completely. */
  look(generations: readonly Generation[]): void {
    if (this.#given !== undefined) return;
    const { now } = this.#clock;
    const before = this.#lastLookAt;
    this.#lastLookAt = now;
    for (const generation of generations) {
      const { seenBytes } = generation;
      const observed = this.#observed.get(generation) ?? this.#begin(generation, before === undefined);
      if (seenBytes > observed.seenBytes && before !== undefined)
        observed.arrivals.add(observed.seenBytes, now - before);
      observed.seenBytes = seenBytes;
    }
    for (const generation of this.#observed.keys())
      if (!generations.includes(generation)) this.#observed.delete(generation);
  }

  /** What is in the file at the first look was written at an unknown time before. */
  #begin(generation: Generation, isFirstLook: boolean): Observed {
    const seenBytes = isFirstLook ? generation.seenBytes : generation.start;
    const observed = { arrivals: new Arrivals(), seenBytes };
    this.#observed.set(generation, observed);
    return observed;
  }

  /** Returns the times of what is stored now, behind the last piece; `undefined` if they are not known. */
  takeTimes({ generation, offset, position, bytes }: StoredPiece): TimesBlock | undefined {
    const end = position + bytes;
    const toLog = position - offset;
    const arrivals = (this.#given ?? this.#observed.get(generation)?.arrivals)?.take(end - toLog) ?? [];
    if (this.#generation !== generation) this.#current = undefined;
    this.#generation = generation;
    const marks: { position: number; at: number }[] = [];
    let withinMs = 0;
    for (const arrival of this.#withCurrent(arrivals, offset)) {
      marks.push({ position: Math.max(position, arrival.offset + toLog), at: arrival.at });
      withinMs = Math.max(withinMs, arrival.withinMs);
      this.#current = arrival;
    }
    const [first] = marks;
    return first && { start: this.#clock.startedAt, from: first.position, to: end, withinMs, marks };
  }

  /** Returns the arrivals that apply from an offset on, without those that only apply before it. */
  #withCurrent(arrivals: readonly Arrival[], fromOffset: number): readonly Arrival[] {
    const all = this.#current === undefined ? arrivals : [this.#current, ...arrivals];
    return all.filter((_, index) => (all[index + 1]?.offset ?? Number.POSITIVE_INFINITY) > fromOffset);
  }
}
