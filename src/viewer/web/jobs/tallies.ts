import { addresses, type Tally, type TaskItem } from "../../protocol.js";
import { stream } from "../api/client.js";

/** Few at a time: the reader's own requests go first. */
const atATime = 2;
const keptForMs = 60_000;

export interface TallySnapshot {
  readonly known: Tally | undefined;
  readonly state: "waiting" | "counting" | "complete" | "failed";
}

const waiting: JobTally[] = [];
let underWay = 0;

/** What one job holds: counted when it is wanted, and no longer than it is. */
class JobTally {
  readonly #container: string;
  readonly #listeners = new Set<() => void>();
  #snapshot: TallySnapshot = { known: undefined, state: "waiting" };
  #abort: AbortController | undefined;
  #countedAt = 0;

  constructor(container: string) {
    this.#container = container;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): TallySnapshot => this.#snapshot;

  /** Wants it counted, until what is returned is called. */
  want(): () => void {
    if (this.#snapshot.state === "complete" && Date.now() - this.#countedAt < keptForMs)
      return () => undefined;
    this.#abort = new AbortController();
    waiting.push(this);
    startNext();
    return () => {
      const place = waiting.indexOf(this);
      if (place !== -1) waiting.splice(place, 1);
      this.#abort?.abort();
    };
  }

  async count(): Promise<void> {
    const signal = this.#abort?.signal;
    const address = `${addresses.tasks(this.#container)}?tally`;
    try {
      for await (const message of stream<TaskItem, Tally>(address, { abortSignal: signal })) {
        if ("progress" in message) this.#tell({ known: message.progress, state: "counting" });
      }
      this.#countedAt = Date.now();
      this.#tell({ known: this.#snapshot.known ?? { count: 0, bytes: 0, taskCount: 0 }, state: "complete" });
    } catch {
      // The row says that it was not counted; why is said on the job's own screen, which asks for the same.
      if (signal?.aborted !== true) this.#tell({ known: this.#snapshot.known, state: "failed" });
    }
  }

  #tell(snapshot: TallySnapshot): void {
    this.#snapshot = snapshot;
    for (const listener of this.#listeners) listener();
  }
}

const tallies = new Map<string, JobTally>();

export function tallyOf(container: string): JobTally {
  const found = tallies.get(container) ?? new JobTally(container);
  tallies.set(container, found);
  return found;
}

function startNext(): void {
  if (underWay >= atATime) return;
  const next = waiting.shift();
  if (next === undefined) return;
  underWay += 1;
  const ended = () => {
    underWay -= 1;
    startNext();
  };
  next.count().then(ended, ended);
}
