import { argumentRangeError, quote, requireText } from "../core/browser.js";
import { requireStorableCharacters } from "./storable-characters.js";

/**
 * The predefined kinds of job outputs. A kind is a string: compare it with `===`; it is case-sensitive. Any other legal text is a
 * custom kind, also one that differs in capitals only: programs that look for `JobOutput` do not find `joboutput`.
 */
export const JobOutputKind = {
  /** The results of the job as a whole. */
  JobOutput: "JobOutput",
  /** A preview of the job's results. */
  JobPreview: "JobPreview",
} as const;

/** A predefined or custom kind of job output. */
export type JobOutputKind = (typeof JobOutputKind)[keyof typeof JobOutputKind] | (string & {});

/**
 * The predefined kinds of task outputs. Any other legal text is a custom kind, also one that differs in capitals only: the portal and
 * other programs that look for `TaskOutput` do not find `taskoutput`.
 */
export const TaskOutputKind = {
  /** The results of the task; the portal's "Saved output files". */
  TaskOutput: "TaskOutput",
  /** A preview of the task's results. */
  TaskPreview: "TaskPreview",
  /** The task's logs; the portal's "Saved logs". */
  TaskLog: "TaskLog",
  /** Data for later tasks of the job. */
  TaskIntermediate: "TaskIntermediate",
} as const;

/** A predefined or custom kind of task output. */
export type TaskOutputKind = (typeof TaskOutputKind)[keyof typeof TaskOutputKind] | (string & {});

/**
 * Throws unless the value is a legal kind. A kind is one segment of a blob name: it contains no slash or backslash, and does not
 * end in a dot, which the service may drop.
 */
export function requireOutputKind(kind: unknown, argument = "kind"): asserts kind is string {
  requireText(kind, argument);
  requireStorableCharacters(kind, argument);
  if (/[/\\]/.test(kind)) {
    throw argumentRangeError(argument, `must not contain a slash or backslash, but is ${quote(kind)}`);
  }
  if (kind.endsWith(".")) {
    throw argumentRangeError(argument, `must not end in a dot, but is ${quote(kind)}`);
  }
}
