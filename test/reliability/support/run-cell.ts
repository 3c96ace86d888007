import { inspect, isDeepStrictEqual } from "node:util";

import { isBatchOutputsError } from "../../../src/core/index.js";
import { describeDifference, findForeign, isSame, type State } from "./stored-state.js";

/** What a call came to, and what it left. */
export interface Outcome {
  readonly result?: unknown;
  readonly error?: unknown;
  readonly stored: State;
  readonly files: State;
}

/** What is compared with: the same call, undisturbed, and what was there before it. */
export interface Reference extends Outcome {
  readonly storedBefore: State;
  readonly filesBefore: State;
  readonly requests: number;
}

export interface Expected {
  /** Of the errors that are true of the fault; `"any"` for any error of ours or of the system. */
  readonly codes: readonly string[];
  /** One of these has to be in the error's fields or message. */
  readonly names: readonly string[];
  readonly secrets: readonly string[];
}

/** Says what is wrong with an outcome; nothing if it is right. */
export function judge(outcome: Outcome, reference: Reference, expected: Expected): string[] {
  return outcome.error === undefined
    ? judgeSuccess(outcome, reference)
    : judgeFailure(outcome, reference, expected);
}

function judgeSuccess(outcome: Outcome, reference: Reference): string[] {
  const wrong: string[] = [];
  if (!isDeepStrictEqual(outcome.result, reference.result))
    wrong.push(`result ${inspect(outcome.result)} in place of ${inspect(reference.result)}`);
  if (!isSame(outcome.stored, reference.stored))
    wrong.push(`stored: ${describeDifference(outcome.stored, reference.stored)}`);
  if (!isSame(outcome.files, reference.files))
    wrong.push(`files: ${describeDifference(outcome.files, reference.files)}`);
  return wrong;
}

function judgeFailure(outcome: Outcome, reference: Reference, { codes, names, secrets }: Expected): string[] {
  const wrong: string[] = [];
  const { error } = outcome;
  const code = readCode(error);
  if (!codes.includes(code)) wrong.push(`error ${code}: ${String(error).slice(0, 300)}`);
  const text = inspectDeeply(error);
  if (isBatchOutputsError(error) && names.length > 0 && !names.some((name) => text.includes(name)))
    wrong.push(`the error names no job, task or file: ${error.message}`);
  if (secrets.some((secret) => text.includes(secret))) wrong.push(`the error contains a secret: ${code}`);
  const foreign = findForeign(outcome.stored, reference.storedBefore, reference.stored);
  if (foreign.length > 0) wrong.push(`stored: ${foreign.join(", ")}`);
  const left = findForeign(outcome.files, reference.filesBefore, reference.files);
  if (left.length > 0) wrong.push(`files: ${left.join(", ")}`);
  return wrong;
}

export function readCode(error: unknown): string {
  // `await using` fails, too.
  if (error instanceof Error && error.name === "SuppressedError")
    return readCode(Reflect.get(error, "suppressed"));
  const code: unknown = Reflect.get(Object(error) as object, "code");
  return typeof code === "string" ? code : error instanceof Error ? error.name : String(error);
}

export function inspectDeeply(error: unknown): string {
  const shown = inspect(error, { depth: 12, showHidden: true, maxStringLength: null });
  return error instanceof Error ? `${shown}\n${error.stack ?? ""}\n${JSON.stringify(error)}` : shown;
}
