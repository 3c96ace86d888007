import type { ViewerFailure } from "../../protocol/index.js";
import { browsing } from "../text/browsing.js";
import { parseFailure } from "./failure.js";
import { readBodyText } from "./fetch-answer.js";

/** Reads the error from an answer of status 400 and above. */
export async function readFailure(response: Response): Promise<ViewerFailure> {
  const failure = parseFailure(await readBodyText(response));
  return failure ?? { code: `Status${response.status}`, reason: browsing.failures.status(response.status) };
}
