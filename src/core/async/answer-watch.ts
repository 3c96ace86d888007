/** A service that does not answer at present. */
export interface SilentService {
  /** Host and port. */
  readonly host: string;
  readonly silentInMs: number;
  /** Why the last try that has ended got no answer, if one has. */
  readonly lastError?: unknown;
}

/** A try of a request, from its start to its end. */
export interface WatchedRequest {
  readonly host: string;
  /** A number that grows with every byte sent or received. */
  readonly progress: () => number;
}

type EndWatch = (isAnswered: boolean, error?: unknown) => void;

interface HostState {
  readonly requests: Map<WatchedRequest, number>;
  silentSince: number | undefined;
  lastError: unknown;
}

const periodMs = 250;

/**
 * Notices services that neither answer nor accept bytes, also while requests to them are repeated. Front ends observe it to report
 * that they wait. Without an observer it costs nothing.
 */
class AnswerWatch {
  readonly #hosts = new Map<string, HostState>();
  #observer: ((silent: SilentService) => void) | undefined;
  #timer: NodeJS.Timeout | undefined;

  observe(observer: (silent: SilentService) => void): void {
    this.#observer = observer;
  }

  /**
   * Watches a try. Returns a function to call when the try has ended: with whether the service answered, and, if not, with the
   * error, unless the caller aborted the try.
   */
  watch(request: WatchedRequest): EndWatch {
    if (this.#observer === undefined) return ignore;
    const known = this.#hosts.get(request.host);
    const state = known ?? {
      requests: new Map<WatchedRequest, number>(),
      silentSince: undefined,
      lastError: undefined,
    };
    if (known === undefined) this.#hosts.set(request.host, state);
    state.requests.set(request, request.progress());
    state.silentSince ??= performance.now();
    // This timer must not keep the process alive.
    this.#timer ??= setInterval(this.#check, periodMs).unref();
    return (isAnswered, error) => {
      state.requests.delete(request);
      if (isAnswered || error !== undefined) state.lastError = error;
      if (isAnswered) state.silentSince = state.requests.size === 0 ? undefined : performance.now();
    };
  }

  /** Returns the services that do not answer now. */
  findSilent(): SilentService[] {
    const now = performance.now();
    return Array.from(this.#hosts, ([host, { silentSince = now, lastError }]) => ({
      host,
      silentInMs: now - silentSince,
      lastError,
    })).filter(({ silentInMs }) => silentInMs > 0);
  }

  readonly #check = (): void => {
    const now = performance.now();
    for (const [host, state] of this.#hosts) {
      if (hasProgress(state)) state.silentSince = now;
      const { silentSince, lastError } = state;
      if (silentSince !== undefined) this.#observer?.({ host, silentInMs: now - silentSince, lastError });
    }
    if ([...this.#hosts.values()].some(({ silentSince }) => silentSince !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };
}

function hasProgress({ requests }: HostState): boolean {
  let isAny = false;
  for (const [request, seen] of requests) {
    const progress = request.progress();
    if (progress === seen) continue;
    requests.set(request, progress);
    isAny = true;
  }
  return isAny;
}

function ignore(): void {
  // There is no observer.
}

const watch = new AnswerWatch();

/** Sets the observer of this process, which is called several times a second with each service that is silent. */
export function observeSilence(observer: (silent: SilentService) => void): void {
  watch.observe(observer);
}

/** Returns the services that do not answer now, if there is an observer. */
export function findSilentServices(): SilentService[] {
  return watch.findSilent();
}

/**
 * Watches a try of a request. Returns a function to call when the try has ended: with whether the service answered, and, if not, with
 * the error, unless the caller aborted the try.
 */
export function watchAnswer(request: WatchedRequest): EndWatch {
  return watch.watch(request);
}
