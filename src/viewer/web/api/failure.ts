import type { ViewerFailure } from "../../protocol/index.js";
import { browsing } from "../text/browsing.js";

/** A failed request, with the error in its answer. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly failure: ViewerFailure;

  constructor(failure: ViewerFailure) {
    super(failure.reason);
    this.failure = failure;
  }
}

/** Reads the error from an answer of status 400 and above. */
export async function readFailure(response: Response): Promise<ViewerFailure> {
  const failure = parseFailure(await response.text());
  return failure ?? { code: `Status${response.status}`, reason: browsing.failures.status(response.status) };
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
