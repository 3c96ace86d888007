import { isRestError, type RestError } from "@azure/core-rest-pipeline";

const redacted = "REDACTED";

/** What can be told of a URL: scheme, host and path. The query (a SAS) and user information are left out. */
export function redactUrl(url: string): string {
  return url.replace(/[?#].*$/s, "").replace(/^([A-Za-z][\w+.-]*:\/\/)[^/@]*@/, "$1");
}

/** Takes keys, SAS signatures and tokens out of a text, wherever it came from. */
export function redactText(text: string): string {
  return text
    .replace(/\b(sig|AccountKey|SharedAccessSignature)=[^&;\s"'<>]+/gi, `$1=${redacted}`)
    .replace(/\b(SharedKey(?:Lite)?\s+[^\s:]+):[A-Za-z0-9+/=]+/g, `$1:${redacted}`)
    .replace(/\b(Bearer)\s+[A-Za-z0-9._~+/-]+=*/g, `$1 ${redacted}`)
    .replace(/(signature[^']{0,60}')[A-Za-z0-9+/%]{20,}={0,2}'/gi, `$1${redacted}'`);
}

/**
 * Takes every credential out of a failed request's error, in place, so that it stays safe however deeply somebody
 * prints it. Only for errors that nobody will retry any more.
 */
export function redactError(error: unknown): void {
  if (!(error instanceof Error)) return;
  error.message = redactText(error.message);
  if (error.stack !== undefined) error.stack = redactText(error.stack);
  if (isRestError(error)) redactRestError(error);
  if (error.cause !== undefined && error.cause !== error) redactError(error.cause);
}

function redactRestError(error: RestError): void {
  for (const request of [error.request, error.response?.request]) {
    if (!request) continue;
    request.url = redactUrl(request.url);
    for (const name of ["authorization", "x-ms-copy-source", "x-ms-copy-source-authorization"])
      request.headers.delete(name);
  }
  if (error.response?.bodyAsText) error.response.bodyAsText = redactText(error.response.bodyAsText);
  const { details } = error;
  if (typeof details === "object" && details !== null) redactMembers(details as Record<string, unknown>);
}

function redactMembers(details: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(details)) {
    if (typeof value === "string") details[name] = redactText(value);
  }
}
