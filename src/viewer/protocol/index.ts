/**
 * The protocol between the page and its server. All addresses are relative to the path at which the handler is mounted.
 *
 * A stream is NDJSON, one {@link StreamMessage} per line: items as they are found, `progress` from time to time, and at
 * the end `end` or `failed`. A stream without either was interrupted, and the page reports that. Closing a stream stops
 * the server's requests to the storage. An empty line keeps an idle stream alive.
 *
 * Blob names in addresses are percent-encoded segment by segment.
 */
export { addresses, frameLimitBytes, requestHeader } from "./addresses.js";
export type {
  ArchiveEnd,
  ArchiveEntry,
  FailureGroupItem,
  FailureSummary,
  JobItem,
  KindTally,
  LinkAnswer,
  LinkRequest,
  LogItem,
  LogMatches,
  LogSearchProgress,
  LogSearchRequest,
  NodeFileItem,
  OutputItem,
  SearchHit,
  SearchProgress,
  Tally,
  TaskItem,
  TaskStateItem,
  TaskStatesProgress,
  VerifyProgress,
  VerifyResult,
  ViewerConfig,
  ZipRequest,
} from "./answers.js";
export type { LineTimesAnswer, TimedRange } from "./line-times.js";
export type { StreamMessage, ViewerFailure, ViewerHint } from "./messages.js";
export { getUnitBytes, type TextEncoding, textEncodings } from "./text-encoding.js";
export { decodedEnd, unpackedLimitBytes } from "./unpacked-limit.js";
