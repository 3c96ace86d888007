import type { ViewerFailure } from "../../protocol/index.js";

/** A failed request, with the error in its answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: ViewerFailure;

  constructor(failure: ViewerFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** The error in the body of an answer; `undefined` where there is none. */
export function parseFailure(text: string): ViewerFailure | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isFailed(body) ? body.failed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whether there was no answer, or not all of it: the same request may succeed when the server or the network is back. */
export function isUnanswered({ code }: ViewerFailure): boolean {
  return code === "NoAnswer" || code === "Cut";
}

/** Describes anything that was thrown. */
export function describeError(error: unknown): ViewerFailure {
  if (error instanceof RequestError) return error.failure;
  return { code: "Unexpected", reason: error instanceof Error ? error.message : String(error) };
}

function isFailed(body: unknown): body is { failed: ViewerFailure } {
  if (typeof body !== "object" || body === null || !("failed" in body)) return false;
  const { failed } = body;
  return typeof failed === "object" && failed !== null && "code" in failed && "reason" in failed;
}
