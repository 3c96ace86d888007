import { redactText } from "../../../core/index.js";
import type { RefusedRequest } from "./refused-request.js";

/** Returns the service's own message, for a code that is not known here. A response to HEAD has none. */
export function quoteWords({ words }: Pick<RefusedRequest, "words">): string {
  return words === undefined || words === "" ? "" : `: "${redactText(words).replace(/\.$/, "")}"`;
}
