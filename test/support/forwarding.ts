import { once } from "node:events";
import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { finished } from "node:stream/promises";

import type { Exchange } from "./exchange.js";

export type RecordedExchange = { -readonly [Key in keyof Exchange]: Exchange[Key] };

/** One exchange while it goes on. */
export interface ProxiedRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: URL;
  readonly exchange: RecordedExchange;
  /** To be called when `exchange` says more than it did. */
  readonly changed: () => void;
  /** Aborted when the proxy stops. */
  readonly signal: AbortSignal;
}

// A connection for each request: a kept one could be closed by the service just as it is used, a fault nobody asked for.
// It is still announced as kept, because a service that means to close resets a client that it answered early.
export function openToService({ request, target, signal }: ProxiedRequest): ClientRequest {
  return httpRequest({
    host: target.hostname,
    port: target.port,
    method: request.method,
    path: request.url,
    headers: [...getHeadersToPass(request), "Connection", "keep-alive"],
    agent: false,
    signal,
  });
}

/** The headers as they came, in their own case (names of metadata have one), without those of the connection. */
function getHeadersToPass(message: IncomingMessage): string[] {
  const ofConnection = new Set(["connection", "keep-alive", "expect"]);
  return message.rawHeaders.filter((_, index, all) => {
    const name = all[index - (index % 2)] ?? "";
    return !ofConnection.has(name.toLowerCase());
  });
}

export async function waitForAnswer(
  toService: ClientRequest,
  { exchange, changed }: ProxiedRequest,
): Promise<IncomingMessage> {
  const [answer] = (await once(toService, "response")) as [IncomingMessage];
  exchange.status = answer.statusCode ?? 0;
  changed();
  return answer;
}

export async function forwardAll(proxied: ProxiedRequest): Promise<IncomingMessage> {
  const { request, exchange } = proxied;
  const toService = openToService(proxied);
  exchange.forwarded = "part";
  const allForwarded = (): void => {
    exchange.forwarded = "all";
  };
  request.once("end", allForwarded);
  // When the client leaves, the service is to see that too.
  request.once("close", () => {
    if (!request.complete) toService.destroy();
  });
  // The service may answer before it has read everything. What it no longer takes is no error: only the lack of an answer is.
  toService.on("error", () => {
    request.off("end", allForwarded).unpipe(toService).resume();
  });
  request.pipe(toService);
  return await waitForAnswer(toService, proxied);
}

export async function passAnswer(answer: IncomingMessage, proxied: ProxiedRequest): Promise<void> {
  const { request, response } = proxied;
  let broken: Error | undefined;
  answer.once("error", (error) => {
    broken = error;
    response.destroy();
  });
  if (!response.closed) {
    writeHead(response, answer);
    answer.pipe(response);
  }
  await waitUntilAnswered(proxied);
  if (broken) throw broken;
  answer.destroy();
  // The service may have answered before it had read everything: the rest must not stand before the client's next request.
  request.unpipe().resume();
}

// "close" comes after a whole answer, and also when the client leaves before, which is its right.
export async function waitUntilAnswered({ response, exchange }: ProxiedRequest): Promise<void> {
  if (!response.closed) await once(response, "close");
  exchange.clientGot = response.writableFinished ? "answer" : "gone";
}

export function writeHead(response: ServerResponse, answer: IncomingMessage): void {
  response.sendDate = false;
  response.writeHead(answer.statusCode ?? 502, answer.statusMessage, getHeadersToPass(answer));
}

export async function readToEnd(message: IncomingMessage): Promise<void> {
  await finished(message.resume());
}
