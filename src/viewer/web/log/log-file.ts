import { addresses, type OutputItem, type ViewerFailure } from "../../protocol.js";
import { getJson } from "../api/client.js";
import { describeError } from "../api/failure.js";
import { headersOf } from "../api/headers-of.js";
import type { NodeReadable } from "../address/readable.js";
import { ByteWindow } from "../bytes/byte-window.js";
import { Follower, followInSight, type Look } from "../api/follower.js";
import type { SearchedPart } from "../search/text-search.js";
import { PartsSource, type SourcePart } from "../bytes/parts-source.js";

/** What is known of a log now. */
export interface LogKnowledge {
  readonly size: number;
  /** Of what is saved; a node's file has none. */
  readonly etag?: string | undefined;
  /** Nothing more will be written to it. */
  readonly isOver: boolean;
}

/** A log to be read: where it is, what is known of it, and how to ask again. */
export interface LogAddress {
  readonly parts: (known: LogKnowledge) => readonly SourcePart[];
  readonly known: LogKnowledge;
  readonly ask: (abortSignal: AbortSignal) => Promise<LogKnowledge>;
  /** Absent: it cannot be searched. */
  readonly searched?: Omit<SearchedPart, "size">;
}

/** How things stand with following. */
export interface FollowState {
  readonly size: number;
  readonly isOver: boolean;
  /** Another log stands in its place by now: what is shown is the old one, as far as it was read. */
  readonly isReplaced: boolean;
  /** Why the last question had no answer. */
  readonly failure?: ViewerFailure | undefined;
  /** Since when there has been no answer, in milliseconds since 1970; absent while there is one. */
  readonly silentSince?: number | undefined;
}

/** A question without an answer for so long is given up, and asked again. */
const answerTimeoutInMs = 15_000;

/** A log that is open: its bytes, its rows, its line numbers, and the watch on its growth. */
export class LogFile {
  readonly bytes: ByteWindow;
  readonly #source: PartsSource;
  readonly #follower: Follower;
  readonly #watchers = new Set<() => void>();
  #answeredAt = Date.now();
  #state: FollowState;

  constructor(readonly log: LogAddress) {
    const { known, parts } = log;
    this.#source = new PartsSource(parts(known));
    this.bytes = new ByteWindow(this.#source);
    this.#follower = new Follower(() => this.#look());
    this.#state = { size: known.size, isOver: known.isOver, isReplaced: false };
  }

  get state(): FollowState {
    return this.#state;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Watches its growth until the returned function is called; not while the page is hidden, nor when it is over. */
  watch(): () => void {
    const leave = this.#state.isOver ? undefined : followInSight(this.#follower);
    return () => {
      leave?.();
      this.bytes.close();
    };
  }

  /** Asks at once whether the log has grown. */
  readonly lookNow = (): void => {
    this.#follower.lookNow();
  };

  async #look(): Promise<Look> {
    try {
      const known = await this.log.ask(AbortSignal.timeout(answerTimeoutInMs));
      this.#answeredAt = Date.now();
      return this.#learn(known);
    } catch (error) {
      const failure = describeError(error);
      this.#become({ ...this.#state, failure, silentSince: this.#answeredAt });
      return { hasGrown: false, isOver: false, isFailed: true };
    }
  }

  #learn(known: LogKnowledge): Look {
    const { size } = this.#state;
    const isReplaced = known.etag !== this.log.known.etag || known.size < size;
    const hasGrown = !isReplaced && known.size > size;
    if (hasGrown) {
      this.#source.update(this.log.parts(known));
      this.bytes.grew();
    }
    const isOver = known.isOver || isReplaced;
    this.#become({ size: hasGrown ? known.size : size, isOver, isReplaced });
    return { hasGrown, isOver };
  }

  #become(state: FollowState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

/** A saved log. What was saved whole does not grow; a tracked log may, until it is closed. */
export function savedLog(output: OutputItem): LogAddress {
  const { container, blobName } = output;
  const known = (item: OutputItem): LogKnowledge => ({
    size: item.size,
    etag: item.etag,
    isOver: item.log === undefined || item.log.finishedAt !== undefined,
  });
  return {
    parts: ({ size, etag }) => [{ address: addresses.content(container, blobName), size, etag }],
    known: known(output),
    ask: async (abortSignal) =>
      known(await getJson<OutputItem>(addresses.properties(container, blobName), { abortSignal })),
    searched: { container, blobName },
  };
}

/** A file on a task's node, as long as the node is there. */
export async function nodeLog({ container, taskId, path }: NodeReadable): Promise<LogAddress> {
  const address = addresses.nodeFile(container, taskId, path);
  const ask = async (abortSignal?: AbortSignal): Promise<LogKnowledge> => {
    const headers = await headersOf(address, { abortSignal });
    return { size: Number(headers.get("content-length") ?? 0), isOver: false };
  };
  return { parts: ({ size }) => [{ address, size }], known: await ask(), ask };
}
