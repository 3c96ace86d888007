import { isArgumentError, isBatchOutputsError, redactText } from "../../core/index.js";
import { getServiceErrorStatus } from "../../storage/index.js";
import { explainArgument } from "./argument-words.js";
import { describeHint } from "./hint-words.js";
import { findProxyVariable } from "./proxy-variable.js";
import { findSourceVariable, getRunningCommand } from "./running-command.js";

/** Returns the message for an error, with the names of the command line and without credentials. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return redactText(String(error));
  if (isArgumentError(error))
    return redactText(explainArgument(error, getRunningCommand(), findSourceVariable));
  if (isBatchOutputsError(error)) {
    const hint = error.hint === undefined ? "" : ` ${describeHint(error.hint)}`;
    return `${redactText(error.reason)}${hint} (${error.code})`;
  }
  const status = getServiceErrorStatus(error);
  if (status === proxyAuthenticationRequired) return explainProxyRefusal();
  const words = redactText(getFirstParagraph(error.message));
  if (words !== "" && (words !== error.name || status === undefined)) return words;
  return status === undefined ? error.name : `The service answered with HTTP status ${status}.`;
}

const proxyAuthenticationRequired = 407;

/** The response is from the proxy, not from the store. */
function explainProxyRefusal(): string {
  const name = findProxyVariable();
  const proxy = name === undefined ? "The proxy" : `The proxy that ${name} names`;
  return `${proxy} requires authentication (HTTP status ${proxyAuthenticationRequired}). Add user name and password to its URL.`;
}

/** Returns an error in the form that `--json` shows. */
export function createErrorObject(error: Error): { message: string; code?: string } {
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return { message: explain(error), ...(code === undefined ? {} : { code }) };
}

/**
 * Returns the first paragraph as one line. The service adds request ids and times on separate lines, and the SDK adds
 * the whole response as JSON.
 */
function getFirstParagraph(text: string): string {
  const lines = text.split("\n");
  const end = lines.findIndex((line) => line.trim() === "" || line.startsWith("{"));
  return (end === -1 ? lines : lines.slice(0, end)).join(" ").trim();
}
