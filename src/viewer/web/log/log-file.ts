import { addresses, type OutputItem, type ViewerFailure } from "../../protocol/index.js";
import { getJson, type RequestOptions } from "../api/client.js";
import { describeError, isUnanswered } from "../api/failure.js";
import { fetchHeaders } from "../api/fetch-headers.js";
import type { ViewedNodeFile } from "../address/viewed-file.js";
import { ByteWindow } from "../bytes/byte-window.js";
import { type DecodedContent, readContent } from "../bytes/read-content.js";
import { isPackedLog } from "../model/kinds.js";
import { Follower, followWhileVisible, type PollResult } from "../api/follower.js";
import type { SearchTarget } from "../search/search-text.js";
import { PartsSource, type SourcePart } from "../bytes/parts-source.js";

/** The current size and state of a log. */
export interface LogStatus {
  readonly size: number;
  /** Only saved logs have one. */
  readonly etag?: string | undefined;
  /** Nothing more will be appended. */
  readonly isOver: boolean;
}

/** Functions to read a log, and to request its current status. */
export interface LogSource {
  readonly parts: (known: LogStatus) => readonly SourcePart[];
  readonly known: LogStatus;
  readonly fetchStatus: (options: RequestOptions) => Promise<LogStatus>;
  /** Where the times of its lines are, if it may have any. */
  readonly timesAddress?: string;
  /** Absent if the log cannot be searched. */
  readonly searchTarget?: Omit<SearchTarget, "size" | "encoding">;
  /** It is stored encoded, such as with gzip: its content is shown as it was when it was opened, or only its beginning. */
  readonly unpacked?: Pick<DecodedContent, "codings" | "isPart">;
  /** Why its content is not shown, but the bytes that are stored. */
  readonly undecoded?: ViewerFailure;
}

/** The state of following a log. */
export interface FollowState {
  readonly size: number;
  readonly isOver: boolean;
  /** Another log has replaced it: the old content is shown as far as it was loaded. */
  readonly isReplaced: boolean;
  /** The error of the last request. */
  readonly failure?: ViewerFailure | undefined;
  /** When the last answer came, in milliseconds since 1970, if requests since then had none. */
  readonly unansweredSince?: number | undefined;
}

/** How long the answer to a status request is waited for. The request is then repeated. */
const statusLimitInMs = 15_000;

/** An open log: its bytes, and polling for its growth. */
export class LogFile {
  readonly bytes: ByteWindow;
  readonly #source: PartsSource;
  readonly #follower: Follower;
  readonly #watchers = new Set<() => void>();
  #answeredAt = Date.now();
  #state: FollowState;

  constructor(readonly log: LogSource) {
    const { known, parts } = log;
    this.#source = new PartsSource(parts(known));
    this.bytes = new ByteWindow(this.#source);
    this.#follower = new Follower(() => this.#poll());
    this.#state = { size: known.size, isOver: known.isOver, isReplaced: false };
  }

  get state(): FollowState {
    return this.#state;
  }

  readonly subscribe = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  /** Polls for growth until the returned function is called; not while the page is hidden or when the log is finished. */
  watch(): () => void {
    const leave = this.#state.isOver ? undefined : followWhileVisible(this.#follower);
    return () => {
      leave?.();
      this.bytes.close();
    };
  }

  /** Polls now. */
  readonly pollNow = (): void => {
    this.#follower.pollNow();
  };

  async #poll(): Promise<PollResult> {
    try {
      const known = await this.log.fetchStatus({ silenceLimitInMs: statusLimitInMs });
      this.#answeredAt = Date.now();
      const result = this.#applyKnowledge(known);
      this.bytes.retryUnanswered();
      return result;
    } catch (error) {
      const failure = describeError(error);
      if (!isUnanswered(failure)) this.#answeredAt = Date.now();
      const unansweredSince = isUnanswered(failure) ? this.#answeredAt : undefined;
      this.#setState({ ...this.#state, failure, unansweredSince });
      return { hasGrown: false, isOver: false, isFailed: true };
    }
  }

  #applyKnowledge(known: LogStatus): PollResult {
    const { size } = this.#state;
    const isReplaced = known.etag !== this.log.known.etag || known.size < size;
    const hasGrown = !isReplaced && known.size > size;
    if (hasGrown) {
      this.#source.update(this.log.parts(known));
      this.bytes.grow();
    }
    const isOver = known.isOver || isReplaced;
    this.#setState({ size: hasGrown ? known.size : size, isOver, isReplaced });
    return { hasGrown, isOver };
  }

  #setState(state: FollowState): void {
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

/** Opens a saved log. The content of one that is stored encoded is decoded up to `unpackedLimitBytes`. */
export async function openSavedLog(output: OutputItem, options: RequestOptions): Promise<LogSource> {
  const log = createSavedLog(output);
  // A tracked log is text that grows, unless its name says otherwise.
  if (output.log !== undefined && !isPackedLog(output.log.path)) return log;
  const stored = new PartsSource(log.parts(log.known));
  const head = await stored.read({ start: 0, end: Math.min(headBytes, output.size) }, options);
  const content = await readContent(stored, head, output, options);
  if (content === undefined) return log;
  if ("failure" in content) return { ...log, undecoded: content.failure };
  const { bytes, codings, isPart, unpack } = content;
  const known: LogStatus = { size: bytes.byteLength, etag: output.etag, isOver: true };
  return {
    parts: () => [{ bytes, size: bytes.byteLength }],
    known,
    fetchStatus: () => Promise.resolve(known),
    ...(unpack !== undefined && {
      searchTarget: {
        address: addresses.search(output.container, output.blobName),
        parameters: { unpack },
        isUnpacked: true,
      },
    }),
    unpacked: { codings, isPart },
  };
}

const headBytes = 16;

/** Creates the source of a saved log. A tracked log can grow until it is finished; any other output does not. */
export function createSavedLog(output: OutputItem): LogSource {
  const { container, blobName } = output;
  const known = (item: OutputItem): LogStatus => ({
    size: item.size,
    etag: item.etag,
    isOver: item.log === undefined || item.log.finishedAt !== undefined,
  });
  return {
    parts: ({ size, etag }) => [{ address: addresses.content(container, blobName), size, etag }],
    known: known(output),
    fetchStatus: async (options) =>
      known(await getJson<OutputItem>(addresses.properties(container, blobName), options)),
    ...(output.log !== undefined && { timesAddress: addresses.lineTimes(container, blobName) }),
    searchTarget: { address: addresses.search(container, blobName) },
  };
}

/** Opens a file on a task's node, which exists as long as the node. */
export async function openNodeLog({ container, taskId, path }: ViewedNodeFile): Promise<LogSource> {
  const address = addresses.nodeFile(container, taskId, path);
  const fetchStatus = async (options?: RequestOptions): Promise<LogStatus> => {
    const headers = await fetchHeaders(address, options);
    return { size: Number(headers.get("content-length") ?? 0), isOver: false };
  };
  return {
    parts: ({ size }) => [{ address, size }],
    known: await fetchStatus(),
    fetchStatus,
    searchTarget: { address: addresses.nodeSearch(container, taskId, path) },
  };
}
