import type { ViewerFailure } from "../protocol.js";

/** What the viewer itself refuses, with the status of the answer. */
export class ViewerError extends Error {
  override readonly name = "ViewerError";
  readonly status: number;
  readonly failure: ViewerFailure;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.failure = { code, message };
  }
}

/** For addresses that lead nowhere. */
export function notFound(message: string): ViewerError {
  return new ViewerError(404, "NotFound", message);
}
