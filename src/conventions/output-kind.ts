import { argumentRangeError, quoted, requireText } from "../core/browser.js";
import { requireStorableCharacters } from "./storable-characters.js";

/**
 * The predefined kinds of a job's outputs. A kind is its text: compare with `===`; letter case matters.
 * Any other legal text is a custom kind.
 */
export const JobOutputKind = {
  /** The results of the job as a whole. */
  JobOutput: "JobOutput",
  /** A preview of the job's results. */
  JobPreview: "JobPreview",
} as const;

/** The text of a predefined kind of job output, or of a custom one. */
export type JobOutputKind = (typeof JobOutputKind)[keyof typeof JobOutputKind] | (string & {});

/** The predefined kinds of a task's outputs. Any other legal text is a custom kind. */
export const TaskOutputKind = {
  /** The results of the task; the portal's "Saved output files". */
  TaskOutput: "TaskOutput",
  /** A preview of the task's results. */
  TaskPreview: "TaskPreview",
  /** The task's logs; the portal's "Saved logs". */
  TaskLog: "TaskLog",
  /** What later tasks need, and nobody after the job. */
  TaskIntermediate: "TaskIntermediate",
} as const;

/** The text of a predefined kind of task output, or of a custom one. */
export type TaskOutputKind = (typeof TaskOutputKind)[keyof typeof TaskOutputKind] | (string & {});

/**
 * Refuses a text that cannot be a kind. A kind is one segment of a blob name, so it holds no slash or backslash and
 * does not end in a dot, which the service is free to drop from the end of a segment.
 */
export function requireOutputKind(kind: unknown, argument = "kind"): asserts kind is string {
  requireText(kind, argument);
  requireStorableCharacters(kind, argument);
  if (/[/\\]/.test(kind)) {
    throw argumentRangeError(
      argument,
      `is one segment of a blob name and cannot hold a slash or backslash, but is ${quoted(kind)}`,
    );
  }
  if (kind.endsWith(".")) {
    throw argumentRangeError(argument, `cannot end in a dot, but is ${quoted(kind)}`);
  }
}
