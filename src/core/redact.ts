import { redactText, redactUrl } from "./redaction/redact-text.js";
import { isRestErrorLike, type RestErrorLike } from "./errors/rest-error.js";

export { redactText, redactUrl, removeCredentials } from "./redaction/redact-text.js";

const redacted = "REDACTED";

/** Beyond this, an error is not searched: a list of a caller can hold anything. */
const maxHolders = 10_000;

/**
 * Removes every credential from the error of a failed request, in place, so that the error can be printed with all its
 * members and causes. Call it only when the request is not retried again, because its authorization is removed. The
 * error can come from anywhere, such as a stream of the caller: it may be frozen, and its causes may be circular.
 */
export function redactError(error: unknown): void {
  if (error instanceof Error) redactHolder(error, { seen: new Set(), areRequestsKept: false });
}

/**
 * Does the same with the texts of the error and of the answer only. The requests are left as they are: why one was refused is read
 * from its URL and headers afterwards.
 */
export function redactErrorTexts(error: unknown): void {
  if (error instanceof Error) redactHolder(error, { seen: new Set(), areRequestsKept: true });
}

interface Search {
  readonly seen: Set<object>;
  readonly areRequestsKept: boolean;
}

/** Removes credentials from the texts of an error, of plain objects and of lists, and from those that they hold. */
function redactHolder(holder: object, search: Search): void {
  const { seen } = search;
  if (seen.has(holder) || seen.size >= maxHolders) return;
  seen.add(holder);
  for (const name of listMembers(holder)) {
    const value: unknown = readMember(holder, name);
    if (typeof value === "string") redactMember(holder, name, value);
    else if (isSearched(value)) redactHolder(value, search);
  }
  if (!isRestErrorLike(holder)) return;
  if (!search.areRequestsKept) redactRequests(holder);
  redactResponse(holder, search);
}

/** Message, stack and cause are not enumerable. Node.js reads the path of a file's error again, so it is left as it is. */
function listMembers(holder: object): readonly string[] {
  if (!(holder instanceof Error)) return Object.keys(holder);
  const own = Object.getOwnPropertyNames(holder).filter((name) => name !== "path" && name !== "dest");
  return [...new Set(["message", "stack", ...own])];
}

/** A getter of a foreign error may throw. */
function readMember(holder: object, name: string): unknown {
  const descriptor = Object.getOwnPropertyDescriptor(holder, name);
  if (descriptor?.get === undefined || name === "stack") return Reflect.get(holder, name);
  return undefined;
}

/** Objects of classes are not searched, such as streams and clients, which work with what they hold. */
function isSearched(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  if (value instanceof Error || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function redactRequests(error: RestErrorLike): void {
  for (const request of [error.request, error.response?.request]) {
    if (!request) continue;
    request.url = redactUrl(request.url);
    for (const name of ["authorization", "x-ms-copy-source", "x-ms-copy-source-authorization"])
      request.headers.delete(name);
    redactProxy(request.proxySettings);
    // The agent of a proxy has the proxy's password; TLS settings can have a private key and its passphrase.
    for (const name of ["agent", "tlsSettings"]) Reflect.deleteProperty(request, name);
  }
  // The stream leads to the socket, which keeps the head of the request. The details repeat the answer.
  const details: unknown = Reflect.get(error, "details");
  for (const holder of [error.response, details])
    if (typeof holder === "object" && holder !== null) Reflect.deleteProperty(holder, "readableStreamBody");
}

function redactResponse({ response }: RestErrorLike, search: Search): void {
  if (!response) return;
  redactHeaders(response.headers);
  if (typeof response.bodyAsText === "string") redactMember(response, "bodyAsText", response.bodyAsText);
  for (const holder of [response.parsedBody, response.parsedHeaders])
    if (typeof holder === "object" && holder !== null) redactHolder(holder, search);
}

/** A redirection repeats the URL of the request, and so its SAS. */
function redactHeaders(headers: Headers): void {
  if (typeof headers[Symbol.iterator] !== "function" || typeof headers.set !== "function") return;
  for (const [name, value] of [...(headers as Iterable<[string, string]>)]) {
    const clean = redactText(value);
    if (clean !== value) headers.set(name, clean);
  }
}

type Headers = NonNullable<RestErrorLike["response"]>["headers"];

/** Removes the user name and password of a proxy from its settings or URL. */
function redactProxy(settings: unknown): void {
  if (typeof settings !== "object" || settings === null) return;
  for (const name of ["username", "password"])
    if (Reflect.get(settings, name) !== undefined) Reflect.set(settings, name, redacted);
  const host: unknown = Reflect.get(settings, "host");
  if (typeof host === "string") Reflect.set(settings, "host", redactUrl(host));
}

/** Fails silently for an error that is frozen. */
function redactMember(holder: object, name: string, text: string): void {
  const clean = redactText(text);
  if (clean !== text) Reflect.set(holder, name, clean);
}
