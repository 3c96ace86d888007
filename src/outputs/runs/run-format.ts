import { type Members, omitUndefined, readMembers, redactText } from "../../core/index.js";
import type {
  TaskRun,
  TaskRunDetails,
  TaskRunFailure,
  TaskRunSaved,
  TaskRunSaveFailures,
} from "./task-run.js";

/**
 * The version of the format. A reader of version 1 can read later versions, and ignores members that it does not know.
 */
const formatVersion = 1;

/** The metadata entry of the blob that contains the summary of the record: listings include it. */
export const runMetadataName = "taskrun";

/** Limits, in characters: of the content, of the summary in the metadata, and of one text in either. */
const maxContentLength = 16 * 1024;
const maxSummaryLength = 4 * 1024;
const maxTextLength = 1024;
const maxMessages = 5;
const maxWords = 100;
/**
 * The length of text that is searched for credentials: longer than the stored length, so that no credential is cut
 * before it is found.
 */
const maxReadLength = 8 * 1024;

/** Formats the record for the blob's content: JSON, indented for people. */
export function formatRun(run: TaskRun): string {
  return fitToLimit(run, maxContentLength, 2);
}

/** Formats the summary of the record for the metadata: JSON of ASCII characters on one line. */
export function formatRunSummary(run: TaskRun): string {
  return fitToLimit(run, maxSummaryLength, 0);
}

/** Formats the record, with texts so short that the result fits the limit. */
function fitToLimit(unbounded: TaskRun, maxLength: number, indent: number): string {
  const run = removeSecrets(unbounded);
  for (let textLength = maxTextLength; ; textLength = Math.floor(textLength / 2)) {
    const text = toAscii(JSON.stringify(toWire(run, textLength), undefined, indent));
    if (text.length <= maxLength || textLength === 0) return text;
  }
}

function removeSecrets(run: TaskRun): TaskRun {
  const clean = (text: string): string => redactText(text.slice(0, maxReadLength));
  const { failure, command, saveFailures } = run;
  return {
    ...run,
    failure: failure && mapTexts(failure, clean),
    command: command?.slice(0, maxWords).map(clean),
    saveFailures: saveFailures && {
      ...saveFailures,
      messages: saveFailures.messages.slice(0, maxMessages).map(clean),
    },
  };
}

function toWire(run: TaskRun, textLength: number): object {
  const short = (text: string): string => shorten(text, textLength);
  const { failure, saveFailures } = run;
  return omitUndefined({
    version: formatVersion,
    jobId: run.jobId,
    taskId: run.taskId,
    runId: run.runId,
    source: run.source,
    state: run.state,
    startedAt: run.startedAt?.toISOString(),
    endedAt: run.endedAt?.toISOString(),
    exitCode: run.exitCode,
    signal: run.signal,
    failure: failure && mapTexts(failure, short),
    nodeId: run.nodeId,
    poolId: run.poolId,
    retryCount: run.retryCount,
    command: run.command && shortenWords(run.command, textLength),
    saved: run.saved,
    saveFailures: saveFailures && {
      count: saveFailures.count,
      messages: saveFailures.messages.map(short),
      ...(saveFailures.isTolerated && { isTolerated: true }),
    },
  });
}

function mapTexts(failure: TaskRunFailure, change: (text: string) => string): TaskRunFailure {
  const { message, details } = failure;
  return {
    ...failure,
    ...(message !== undefined && { message: change(message) }),
    ...(details !== undefined && { details: change(details) }),
  };
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}

/** Shortens a list of words to a total length. */
function shortenWords(words: readonly string[], length: number): string[] {
  const kept: string[] = [];
  let left = length;
  for (const word of words) {
    if (left <= 0) return [...kept, "…"];
    kept.push(shorten(word, left));
    left -= word.length + 1;
  }
  return kept;
}

/** Metadata is sent in headers. JSON has an escape for every other character. */
function toAscii(json: string): string {
  return json.replace(
    /[\x7f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/**
 * Parses a record. Members that are missing or have another type are omitted: anyone with write access to the container
 * may have written the record. Returns `undefined` if the text is not a record. The ids of task and run are those in
 * the blob's name.
 */
export function parseRun(
  json: string,
  { taskId, runId, recordedAt }: Pick<TaskRun, "taskId" | "runId" | "recordedAt">,
): TaskRun | undefined {
  const wire = readMembers(parseJson(json));
  const version = wire.integer("version");
  const state = wire.oneOf("state", ["running", "ended"]);
  if (version === undefined || version < formatVersion || state === undefined) return undefined;
  return omitUndefined({
    runId,
    taskId,
    jobId: wire.text("jobId"),
    source: wire.oneOf("source", ["run", "program", "batch"]) ?? "program",
    state,
    startedAt: wire.time("startedAt"),
    endedAt: wire.time("endedAt"),
    recordedAt,
    ...readDetails(wire),
  });
}

function readDetails(wire: Members): TaskRunDetails {
  return omitUndefined({
    exitCode: wire.integer("exitCode"),
    signal: wire.text("signal"),
    failure: readFailure(wire.object("failure")),
    nodeId: wire.text("nodeId"),
    poolId: wire.text("poolId"),
    retryCount: wire.integer("retryCount"),
    command: wire.texts("command"),
    saved: readSaved(wire.object("saved")),
    saveFailures: readSaveFailures(wire.object("saveFailures")),
  });
}

function readFailure(wire: Members | undefined): TaskRunFailure | undefined {
  return (
    wire &&
    omitUndefined({
      category: wire.text("category"),
      code: wire.text("code"),
      message: wire.text("message"),
      details: wire.text("details"),
    })
  );
}

function readSaved(wire: Members | undefined): TaskRunSaved | undefined {
  const [outputs, bytes] = [wire?.integer("outputs"), wire?.integer("bytes")];
  return outputs === undefined || bytes === undefined ? undefined : { outputs, bytes };
}

function readSaveFailures(wire: Members | undefined): TaskRunSaveFailures | undefined {
  const count = wire?.integer("count");
  if (count === undefined) return undefined;
  const isTolerated = wire?.value("isTolerated") === true;
  return { count, messages: wire?.texts("messages") ?? [], ...(isTolerated && { isTolerated }) };
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
