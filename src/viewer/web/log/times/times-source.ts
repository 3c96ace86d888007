import type { LineTimesAnswer, ViewerFailure } from "../../../protocol/index.js";
import { getJson } from "../../api/client.js";
import { describeError } from "../../api/failure.js";
import { Follower, followWhileVisible, type PollResult } from "../../api/follower.js";
import type { LogFile } from "../log-file.js";
import { getTimesEnd } from "./find-time.js";

/** What is known of the times of a log. */
export interface TimesState {
  readonly times?: LineTimesAnswer;
  readonly failure?: ViewerFailure;
}

/** Times are stored every ten seconds at most. */
const reloadInMs = 10_000;

/** The last times of a log are stored shortly after its last bytes. */
const maxLoadsAtEnd = 3;

/** The timeout of a request. It is repeated afterwards. */
const answerTimeoutInMs = 60_000;

/** Loads the times of a log, and again while it grows. */
export class TimesSource {
  readonly #file: LogFile;
  readonly #address: string;
  readonly #follower = new Follower(() => this.#load(), { minWaitInMs: reloadInMs });
  readonly #watchers = new Set<() => void>();
  #state: TimesState = {};
  #loadsAtEnd = 0;

  constructor(file: LogFile, address: string) {
    this.#file = file;
    this.#address = address;
  }

  get state(): TimesState {
    return this.#state;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Loads the times until the returned function is called, or until those of a finished log are complete. */
  watch(): () => void {
    const leave = followWhileVisible(this.#follower);
    this.#follower.pollNow();
    return leave;
  }

  async #load(): Promise<PollResult> {
    const { isOver } = this.#file.state;
    if (isOver) this.#loadsAtEnd += 1;
    try {
      const abortSignal = AbortSignal.timeout(answerTimeoutInMs);
      const times = await getJson<LineTimesAnswer>(this.#address, { abortSignal });
      const hasGrown = getTimesEnd(times) > getTimesEnd(this.#state.times ?? { ranges: [] });
      if (hasGrown || this.#state.times === undefined || this.#state.failure !== undefined)
        this.#setState({ times });
      const isComplete = getTimesEnd(times) >= this.#file.state.size;
      return { hasGrown, isOver: isOver && (isComplete || this.#loadsAtEnd >= maxLoadsAtEnd) };
    } catch (error) {
      this.#setState({ ...this.#state, failure: describeError(error) });
      return { hasGrown: false, isOver: false, isFailed: true };
    }
  }

  #setState(state: TimesState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}
