import { subscribe } from "node:diagnostics_channel";
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";

/** The `Server` of one that gives the answers that a test wrote. */
export const scriptedServer = "scripted";

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
 * tells of each request that its HTTP servers get. A service of another process is tapped where a proxy of this one stands
 * before it.
 */
export function tapExchanges(listener: (exchange: TappedExchange) => void): void {
  subscribe("http.server.request.start", (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const requestBody = bytesOfRequest(request);
    const answer = bytesOfResponse(response);
    response.on("finish", () => {
      const responseHeaders = answer.headers();
      // Another server of the tests: a storage, a proxy before one, the viewer.
      if (responseHeaders["dataserviceversion"] === undefined) return;
      listener({
        method: request.method ?? "",
        url: request.url ?? "",
        requestHeaders: request.headers,
        requestBody: requestBody.toString(),
        status: response.statusCode,
        responseHeaders,
        responseBody: answer.bytes.toString(),
      });
    });
  });
}

/** What is longer, and is not JSON, is a file. A page of a listing is JSON, and may be longer. */
const maxFileBytes = 1 << 20;

/** The bytes of a body. Those of a long file are not kept. */
class BodyBytes {
  readonly #isJson: () => boolean;
  #chunks: Buffer[] = [];
  #size = 0;

  constructor(isJson: () => boolean) {
    this.#isJson = isJson;
  }

  add(chunk: unknown): void {
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) return;
    this.#size += chunk.length;
    if (this.#size > maxFileBytes && !this.#isJson()) this.#chunks = [];
    else this.#chunks.push(Buffer.from(chunk));
  }

  toString(): string {
    return Buffer.concat(this.#chunks).toString("utf8");
  }
}

function bytesOfRequest(request: IncomingMessage): BodyBytes {
  const bytes = new BodyBytes(() => isJson(request.headers["content-type"]));
  const push = request.push.bind(request);
  request.push = (chunk: unknown, encoding) => {
    bytes.add(chunk);
    return push(chunk, encoding);
  };
  return bytes;
}

function bytesOfResponse(response: ServerResponse): { bytes: BodyBytes; headers: () => OutgoingHttpHeaders } {
  let written: OutgoingHttpHeaders = {};
  const headers = (): OutgoingHttpHeaders =>
    Object.fromEntries(
      Object.entries({ ...response.getHeaders(), ...written }).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    );
  const bytes = new BodyBytes(() => isJson(headers()["content-type"]));
  for (const name of ["write", "end"] as const) {
    const original = response[name].bind(response) as (...args: unknown[]) => never;
    response[name] = ((...args: unknown[]) => {
      bytes.add(args[0]);
      return original(...args);
    }) as never;
  }
  const writeHead = response.writeHead.bind(response) as (...args: unknown[]) => ServerResponse;
  response.writeHead = (...args: unknown[]) => {
    written = headersIn(args.find((arg) => typeof arg === "object"));
    return writeHead(...args);
  };
  return { bytes, headers };
}

function isJson(contentType: unknown): boolean {
  return typeof contentType === "string" && contentType.startsWith("application/json");
}

/** An object of headers, or names and values by turns, as a proxy passes them on. */
function headersIn(written: unknown): OutgoingHttpHeaders {
  if (!Array.isArray(written)) return { ...(written as OutgoingHttpHeaders | undefined) };
  const texts = written as readonly string[];
  return Object.fromEntries(
    texts.flatMap((name, index) => (index % 2 === 0 ? [[name, texts[index + 1]]] : [])),
  );
}
