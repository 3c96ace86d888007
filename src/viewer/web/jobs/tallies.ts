import { addresses, type Tally, type TaskItem } from "../../protocol/index.js";
import { stream } from "../api/client.js";

/** Small, so that the reader's own requests are not delayed. */
const maxConcurrentCounts = 2;
const minAgeInMs = 60_000;
/** A count is repeated after this many times its duration, at the earliest. */
const pauseFactor = 20;

export interface TallySnapshot {
  readonly known: Tally | undefined;
  readonly state: "waiting" | "counting" | "complete" | "failed";
}

const waiting: JobTally[] = [];
let runningCounts = 0;

/** The count of one job's outputs, made while somebody requests it. */
class JobTally {
  readonly #container: string;
  readonly #listeners = new Set<() => void>();
  #snapshot: TallySnapshot = { known: undefined, state: "waiting" };
  #abort: AbortController | undefined;
  #freshUntil = 0;
  #wants = 0;

  constructor(container: string) {
    this.#container = container;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): TallySnapshot => this.#snapshot;

  /**
   * Requests a count until the returned function is called. Visible jobs are counted before those that are needed only for the
   * order.
   */
  request(isInSight: boolean): () => void {
    this.#wants += 1;
    this.#enqueue(isInSight);
    let isWanted = true;
    return () => {
      if (!isWanted) return;
      isWanted = false;
      this.#wants -= 1;
      if (this.#wants > 0) return;
      const place = waiting.indexOf(this);
      if (place !== -1) waiting.splice(place, 1);
      this.#abort?.abort();
      this.#abort = undefined;
    };
  }

  /** Counts again if requested and the last count is old. */
  refresh(): void {
    if (this.#wants > 0) this.#enqueue(true);
  }

  #enqueue(isInSight: boolean): void {
    const place = waiting.indexOf(this);
    const isUnderWay = place === -1 && this.#abort !== undefined;
    if (isUnderWay || Date.now() < this.#freshUntil) return;
    if (place !== -1 && !isInSight) return;
    if (place !== -1) waiting.splice(place, 1);
    if (isInSight) waiting.unshift(this);
    else waiting.push(this);
    startNext();
  }

  async count(): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    const { signal } = abort;
    let known: Tally = { count: 0, bytes: 0, taskCount: 0 };
    const startedAt = Date.now();
    const address = `${addresses.tasks(this.#container)}?tally`;
    try {
      for await (const message of stream<TaskItem, Tally>(address, { abortSignal: signal })) {
        if ("progress" in message && this.#snapshot.state !== "complete")
          this.#notify({ known: message.progress, state: "counting" });
        if ("progress" in message) known = message.progress;
      }
      const now = Date.now();
      this.#freshUntil = now + Math.max(minAgeInMs, (now - startedAt) * pauseFactor);
      this.#notify({ known, state: "complete" });
      if (known.lastModified !== undefined) setNewestOutput(this.#container, known.lastModified);
    } catch {
      this.#freshUntil = Date.now() + (signal.aborted ? 0 : minAgeInMs);
      // The row shows that it was not counted. The screen of the job makes the same request and shows the error.
      if (!signal.aborted) this.#notify({ known: this.#snapshot.known, state: "failed" });
    } finally {
      if (this.#abort === abort) this.#abort = undefined;
    }
  }

  #notify(snapshot: TallySnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

const tallies = new Map<string, JobTally>();
/** Listeners that are called when a job has been counted. */
const watchers = new Set<() => void>();
let newest: ReadonlyMap<string, string> = new Map();

/** Returns the times of the newest outputs of counted jobs, ISO 8601, by container. */
export const getNewestOutputs = (): ReadonlyMap<string, string> => newest;

export function watchNewestOutputs(changed: () => void): () => void {
  watchers.add(changed);
  return () => watchers.delete(changed);
}

function setNewestOutput(container: string, lastModified: string): void {
  newest = new Map(newest).set(container, lastModified);
  for (const watcher of watchers) watcher();
}

export function getTally(container: string): JobTally {
  const found = tallies.get(container) ?? new JobTally(container);
  tallies.set(container, found);
  return found;
}

function startNext(): void {
  if (runningCounts >= maxConcurrentCounts) return;
  const next = waiting.shift();
  if (next === undefined) return;
  runningCounts += 1;
  const finish = () => {
    runningCounts -= 1;
    startNext();
  };
  next.count().then(finish, finish);
}
