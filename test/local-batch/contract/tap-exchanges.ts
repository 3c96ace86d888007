import { subscribe } from "node:diagnostics_channel";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** A request to a local Batch service of this process, and its answer. */
export interface TappedExchange {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: IncomingHttpHeaders;
  readonly requestBody: string;
  readonly status: number;
  readonly responseHeaders: OutgoingHttpHeaders;
  readonly responseBody: string;
}

/**
 * Calls `listener` with every exchange of every local Batch service in this process, whoever started it: Node.js itself
 * tells of each request that its HTTP servers get.
 */
export function tapExchanges(listener: (exchange: TappedExchange) => void): void {
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const requestBody = bytesOfRequest(request);
    const answer = bytesOfResponse(response);
    response.on("finish", () => {
      const responseHeaders = answer.headers();
      // Other servers of the tests: Azurite's, a storage of files.
      if (responseHeaders["dataserviceversion"] === undefined) return;
      listener({
        method: request.method ?? "",
        url: request.url ?? "",
        requestHeaders: request.headers,
        requestBody: Buffer.concat(requestBody).toString("utf8"),
        status: response.statusCode,
        responseHeaders,
        responseBody: Buffer.concat(answer.chunks).toString("utf8"),
      });
    });
  });
}

function bytesOfRequest(request: IncomingMessage): Buffer[] {
  const chunks: Buffer[] = [];
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding) => {
    if (Buffer.isBuffer(chunk)) chunks.push(Buffer.from(chunk));
    return push(chunk, encoding);
  };
  return chunks;
}

function bytesOfResponse(response: ServerResponse): { chunks: Buffer[]; headers: () => OutgoingHttpHeaders } {
  const chunks: Buffer[] = [];
  let written: OutgoingHttpHeaders = {};
  const keep = (chunk: unknown): void => {
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk));
  };
  for (const name of ["write", "end"] as const) {
    const original = response[name].bind(response) as (...args: unknown[]) => never;
    response[name] = ((...args: unknown[]) => {
      keep(args[0]);
      return original(...args);
    }) as never;
  }
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    written = (args.find((arg) => typeof arg === "object") ?? {}) as OutgoingHttpHeaders;
    return writeHead(...args);
  };
  const headers = (): OutgoingHttpHeaders =>
    Object.fromEntries(
      Object.entries({ ...response.getHeaders(), ...written }).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    );
  return { chunks, headers };
}
