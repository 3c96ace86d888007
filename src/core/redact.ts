import { redactAssignments } from "./redact-assignments.js";
import { isRestErrorLike, type RestErrorLike } from "./errors/rest-error.js";

const redacted = "REDACTED";

/** Removes the query (a SAS) and the user information from a URL; scheme, host and path remain. */
export function redactUrl(url: string): string {
  const bare = url.replace(/[?#].*$/s, "").replace(/^([A-Za-z][\w+.-]*:[\\/]*)[^\\/]*@/, "$1");
  return redactAssignments(bare);
}

/** Replaces keys, SAS signatures and tokens in a text of any origin. */
export function redactText(text: string): string {
  return redactAssignments(text)
    .replace(/\b(SharedKey(?:Lite)?\s+[^\s:]+):[A-Za-z0-9+/=]+/g, `$1:${redacted}`)
    .replace(/\b((?:Bearer\s+)*Bearer)\s+[A-Za-z0-9._~+/-]+=*/g, `$1 ${redacted}`)
    .replace(/(signature[^']{0,60}')[A-Za-z0-9+/%]{20,}={0,2}'/gi, `$1${redacted}'`);
}

/**
 * Removes every credential from the error of a failed request, in place, so that the error can be printed with all its
 * members and causes. Call it only when the request is not retried again, because its authorization is removed. The
 * error can come from anywhere, such as a stream of the caller: it may be frozen, and its causes may be circular.
 */
export function redactError(error: unknown): void {
  redactAll(error, new Set());
}

function redactAll(error: unknown, seen: Set<unknown>): void {
  if (!(error instanceof Error) || seen.has(error)) return;
  seen.add(error);
  redactMember(error, "message");
  redactMember(error, "stack");
  if (isRestErrorLike(error)) redactRestError(error);
  redactAll(error.cause, seen);
  if (error instanceof AggregateError) for (const one of error.errors) redactAll(one, seen);
}

function redactRestError(error: RestErrorLike): void {
  for (const request of [error.request, error.response?.request]) {
    if (!request) continue;
    request.url = redactUrl(request.url);
    for (const name of ["authorization", "x-ms-copy-source", "x-ms-copy-source-authorization"])
      request.headers.delete(name);
    redactProxy(request.proxySettings);
    // The agent of a proxy has the proxy's password; TLS settings can have a private key and its passphrase.
    for (const name of ["agent", "tlsSettings"]) Reflect.deleteProperty(request, name);
  }
  const { details, response } = error;
  if (response) redactMember(response, "bodyAsText");
  for (const holder of [details, response?.parsedBody, response?.parsedHeaders]) redactMembers(holder);
}

/** Removes the user name and password of a proxy from its settings or URL. */
function redactProxy(settings: unknown): void {
  if (typeof settings !== "object" || settings === null) return;
  for (const name of ["username", "password"])
    if (Reflect.get(settings, name) !== undefined) Reflect.set(settings, name, redacted);
  const host: unknown = Reflect.get(settings, "host");
  if (typeof host === "string") Reflect.set(settings, "host", redactUrl(host));
}

function redactMembers(holder: unknown): void {
  if (typeof holder !== "object" || holder === null) return;
  for (const name of Object.keys(holder)) redactMember(holder, name);
}

function redactMember(holder: object, name: string): void {
  const text: unknown = Reflect.get(holder, name);
  if (typeof text !== "string") return;
  const clean = redactText(text);
  if (clean !== text) Reflect.set(holder, name, clean);
}
