import type { ViewerFailure, ViewerHint } from "../../protocol/index.js";

/** An error of the viewer itself, with the status of its answer. */
export class ViewerError extends Error {
  override readonly name = "ViewerError";
  readonly status: number;
  readonly failure: ViewerFailure;

  /** @param reason The problem in a sentence without advice; `hint` contains the advice. */
  constructor(status: number, code: string, reason: string, details: ViewerErrorDetails = {}) {
    super(reason);
    this.status = status;
    this.failure = { code, reason, ...details };
  }
}

export interface ViewerErrorDetails {
  readonly hint?: ViewerHint;
  /** The parameter or property of the request that was wrong. */
  readonly argument?: string;
  /** What is wrong with it. Continues a sentence that begins with its name. */
  readonly problem?: string;
}

/** 404, for an address that does not exist. */
export function createNotFoundError(reason: string): ViewerError {
  return new ViewerError(404, "NotFound", reason);
}

/** 400, for a request with a wrong parameter or property. */
export function createBadRequestError(argument: string, problem: string): ViewerError {
  return new ViewerError(400, "BadRequest", `${argument} ${problem}.`, { argument, problem });
}
