import type { ViewerFailure } from "../../protocol.js";
import { browsing } from "../text/browsing.js";

/** An answer that is a failure, with what the server says of it. */
export class RequestError extends Error {
  readonly code: string;

  constructor(failure: ViewerFailure) {
    super(failure.message);
    this.name = "RequestError";
    this.code = failure.code;
  }
}

/** What the server says of an answer of status 400 and above. */
export async function failureIn(response: Response): Promise<ViewerFailure> {
  const said = failureInText(await response.text());
  return said ?? { code: `Status${response.status}`, message: browsing.failures.status(response.status) };
}

/** What a body says that went wrong; `undefined` where it says nothing of the kind. */
export function failureInText(text: string): ViewerFailure | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isFailed(body) ? body.failed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Anything that was thrown, for people. */
export function failureOf(error: unknown): ViewerFailure {
  if (error instanceof RequestError) return { code: error.code, message: error.message };
  // fetch() throws a TypeError when it gets no answer at all.
  if (error instanceof TypeError) return { code: "NoAnswer", message: browsing.failures.noAnswer };
  return { code: "Unexpected", message: error instanceof Error ? error.message : String(error) };
}

function isFailed(body: unknown): body is { failed: ViewerFailure } {
  if (typeof body !== "object" || body === null || !("failed" in body)) return false;
  const { failed } = body;
  return typeof failed === "object" && failed !== null && "code" in failed && "message" in failed;
}
