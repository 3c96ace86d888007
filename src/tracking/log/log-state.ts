/**
 * The state of a tracked log, in its blob's metadata: everything needed to continue after a crash. It is always written
 * on condition that the blob's ETag is unchanged, and before the bytes that it describes.
 */
export interface LogState {
  /** The same on every part of one attempt's log. */
  readonly logId: string;
  /** The id that the writer gave to its attempt; `undefined` if it gave none. */
  readonly attemptId: string | undefined;
  /** 1 for a task's first log under this name, 2 for the log of its next attempt. */
  readonly attempt: number;
  readonly part: number;
  /** The number of bytes in earlier parts. */
  readonly baseBytes: number;
  /** The position in the log at which the content of the current source file begins, after a rotation or truncation. */
  readonly generationStart: number;
  /** The number of NUL bytes at the start of that file that are a hole, and not stored. */
  readonly hole: number;
  /** The identity of that file, see `getFileIdentity`; `undefined` while there is none. */
  readonly file: string | undefined;
  /**
   * The digest of the first bytes of that content, see `createHeadDigest`. It identifies the file until some of it is
   * stored.
   */
  readonly head: string | undefined;
  /**
   * The modification time of that file when it was first seen, in nanoseconds, or a later time at which it was certainly the latest one. Files
   * beside it with a later time follow it.
   */
  readonly since: bigint;
  /** The renamed files that are watched, see `formatLateFiles`; `undefined` if there are none. */
  readonly late: string | undefined;
  /** The writer, see `createWriterId`; `undefined` if nobody writes. */
  readonly writer: string | undefined;
  readonly rotations: number;
  /**
   * The number of positions at which bytes may have been lost, because a file was truncated or removed before all of it
   * was read.
   */
  readonly gaps: number;
  /** Whether the writer knows of a loss that is not counted in `gaps`: if it is killed before, the next one reports it. */
  readonly isLossPending: boolean;
  /** Whether the log continues in the next part. */
  readonly continued: boolean;
  /** When the log was closed, in ISO 8601; `undefined` while it may grow. */
  readonly finishedAt: string | undefined;
  /** The ETag of the original, if this blob is the copy of a kept attempt. */
  readonly keptFrom: string | undefined;
}

/** The members of the state of a log in which nothing is stored, and whose file is not known. */
export const emptyLogState = {
  part: 1,
  baseBytes: 0,
  generationStart: 0,
  hole: 0,
  file: undefined,
  head: undefined,
  late: undefined,
  rotations: 0,
  gaps: 0,
  isLossPending: false,
  continued: false,
} as const satisfies Partial<LogState>;

/** The prefix of all metadata names of tracked logs. */
export const logMetadataPrefix = "trackedlog_";

/** Formats the state as metadata, together with the other metadata, which is preserved. */
export function formatLogState(
  state: LogState,
  others: Readonly<Record<string, string>>,
): Record<string, string> {
  const own: Record<string, string | undefined> = {
    id: state.logId,
    attemptid: state.attemptId,
    attempt: String(state.attempt),
    part: String(state.part),
    base: String(state.baseBytes),
    generation: String(state.generationStart),
    hole: state.hole === 0 ? undefined : String(state.hole),
    file: state.file,
    head: state.head,
    since: String(state.since),
    late: state.late,
    writer: state.writer,
    rotations: String(state.rotations),
    gaps: String(state.gaps),
    lost: state.isLossPending ? "true" : undefined,
    continued: state.continued ? "true" : undefined,
    finished: state.finishedAt,
    kept: state.keptFrom === undefined ? undefined : state.keptFrom.replaceAll('"', ""),
  };
  const entries = Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return {
    ...removeStateMetadata(others),
    ...Object.fromEntries(entries.map(([name, value]) => [`${logMetadataPrefix}${name}`, value])),
  };
}

/** Parses the state; `undefined` for a blob of another program, such as the .NET library. */
export function parseLogState(metadata: Readonly<Record<string, string>>): LogState | undefined {
  const read = (name: string): string | undefined => metadata[`${logMetadataPrefix}${name}`];
  const count = (name: string, otherwise: number): number => {
    const value = Number(read(name) ?? otherwise);
    return Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
  };
  const logId = read("id");
  if (logId === undefined) return undefined;
  const since = read("since") ?? "";
  const kept = read("kept");
  const finished = read("finished");
  return {
    logId,
    attemptId: read("attemptid"),
    attempt: Math.max(1, count("attempt", 1)),
    part: Math.max(1, count("part", 1)),
    baseBytes: count("base", 0),
    generationStart: count("generation", 0),
    hole: count("hole", 0),
    file: read("file"),
    head: read("head"),
    since: /^\d{1,30}$/.test(since) ? BigInt(since) : 0n,
    late: read("late"),
    writer: read("writer"),
    rotations: count("rotations", 0),
    gaps: count("gaps", 0),
    isLossPending: read("lost") === "true",
    continued: read("continued") === "true",
    finishedAt: finished === undefined || Number.isNaN(Date.parse(finished)) ? undefined : finished,
    keptFrom: kept,
  };
}

/** The metadata that is not part of the state. */
export function removeStateMetadata(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !name.startsWith(logMetadataPrefix)));
}

/** Whether both states have the same metadata. */
export function isSameState(one: LogState, other: LogState): boolean {
  return JSON.stringify(formatLogState(one, {})) === JSON.stringify(formatLogState(other, {}));
}
