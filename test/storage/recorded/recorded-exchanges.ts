import { readFileSync } from "node:fs";

/** A request to Azure Storage, and the answer of the service to it, as another program recorded them. */
export interface RecordedExchange {
  /** The project whose tests recorded it. */
  readonly source: string;
  /** Method, path and query: `HEAD /container/blob`. */
  readonly request: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** All recorded exchanges, in the order in which they were recorded. */
export const recordedExchanges: readonly RecordedExchange[] = JSON.parse(
  readFileSync(new URL("exchanges.json", import.meta.url), "utf8"),
) as RecordedExchange[];

/** The exchanges of one operation, such as `HEAD blob` or `GET container list`, with this status. */
export function findExchanges(operation: string, status: number): readonly RecordedExchange[] {
  const found = recordedExchanges.filter(
    (exchange) => exchange.status === status && getOperation(exchange.request) === operation,
  );
  if (found.length === 0) throw new Error(`no exchange of ${operation} with status ${status} is recorded`);
  return found;
}

/** The first exchange of an operation with this status, on a blob or container with this name if given. */
export function findExchange(operation: string, status: number, name = ""): RecordedExchange {
  const found = findExchanges(operation, status).find(({ request }) => parsePath(request).endsWith(name));
  if (found === undefined) throw new Error(`no exchange of ${operation} on ${name} is recorded`);
  return found;
}

/** The same answer to another request, where the service answers both alike. */
export function answerTo(exchange: RecordedExchange, method: string, comp?: string): RecordedExchange {
  const { pathname, searchParams } = parseUrl(exchange.request);
  if (comp === undefined) searchParams.delete("comp");
  else searchParams.set("comp", comp);
  return {
    ...exchange,
    request: `${method} ${pathname}${searchParams.size > 0 ? `?${String(searchParams)}` : ""}`,
  };
}

/** Method, kind of resource and `comp` parameter: the operation of the Blob service. */
export function getOperation(request: string): string {
  const { container, blob } = parseNames(request);
  const comp = parseUrl(request).searchParams.get("comp") ?? "";
  const resource = container === "" ? "account" : blob === "" ? "container" : "blob";
  return `${parseMethod(request)} ${resource} ${comp}`.trimEnd();
}

/** The container and the blob of a request; empty if it has none. */
export function parseNames(request: string): { readonly container: string; readonly blob: string } {
  const [container = "", ...blob] = parsePath(request).split("/");
  return { container, blob: blob.join("/") };
}

function parsePath(request: string): string {
  return decodeURIComponent(parseUrl(request).pathname).slice(1);
}

function parseMethod(request: string): string {
  return request.slice(0, request.indexOf(" "));
}

function parseUrl(request: string): URL {
  return new URL(request.split(" ")[1] ?? "", "http://account.example");
}

/**
 * The same exchange for an output of a task: the recorded blobs do not have names of this package's layout. The
 * container and the folder of the names are replaced, in the request and in the answer; nothing else is.
 */
export function moveExchange(
  exchange: RecordedExchange,
  container: string,
  folder: string,
): RecordedExchange {
  const { blob } = parseNames(exchange.request);
  const { search } = parseUrl(exchange.request);
  const path = blob === "" ? `/${container}` : `/${container}/${encodeURIComponent(`${folder}/${blob}`)}`;
  const moved = { ...exchange, request: `${parseMethod(exchange.request)} ${path}${search}` };
  if (exchange.body === undefined || getOperation(exchange.request) !== "GET container list") return moved;
  return { ...moved, body: exchange.body.replaceAll("<Name>", `<Name>${folder}/`) };
}
