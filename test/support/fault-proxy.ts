import { once, setMaxListeners } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

import { applyFault } from "./apply-fault.js";
import type { Exchange, RequestInfo } from "./exchange.js";
import type { Fault } from "./faults.js";
import type { ProxiedRequest, RecordedExchange } from "./forwarding.js";
import { getStorageOperation } from "./storage-operation.js";

export type OnRequest = (info: RequestInfo) => Fault | undefined;

export interface FaultProxy extends AsyncDisposable {
  /** The target's endpoint with the proxy's port: same path, so shared key and SAS signatures stay valid. */
  readonly endpoint: string;
  /** Every request so far, in the order of arrival. */
  readonly exchanges: readonly Exchange[];
  /** May be replaced at any time; passes everything on when undefined. */
  onRequest: OnRequest | undefined;
  /** A URL of the target (a container SAS URL, say) that goes through the proxy. */
  getUrlThrough(url: string): string;
  /**
   * The first request that meets the condition, among those that have arrived or will: fulfilled when it has arrived,
   * or when the service has answered it with the `status` that the condition asks for.
   */
  waitForRequest(condition: (exchange: Exchange) => boolean): Promise<Exchange>;
  /** Fulfilled when nothing is under way. */
  waitUntilIdle(): Promise<void>;
  /** Cuts what is under way. Rejects when something failed that no fault asked for, or `onRequest` threw. */
  stop(): Promise<void>;
}

interface StartFaultProxyOptions {
  onRequest?: OnRequest;
}

/**
 * A real HTTP proxy in front of `targetEndpoint` (`http:` only), which does to each request what `onRequest` says.
 * It never cuts, delays or reuses a connection of its own accord, so that every fault a client sees was asked for.
 */
export async function startFaultProxy(
  targetEndpoint: string,
  options: StartFaultProxyOptions = {},
): Promise<FaultProxy> {
  const target = new URL(targetEndpoint);
  if (target.protocol !== "http:") throw new TypeError("targetEndpoint must be an http: URL");

  const exchanges: RecordedExchange[] = [];
  const counts = new Map<string, number>();
  const count = (key: string): number => {
    const next = (counts.get(key) ?? 0) + 1;
    counts.set(key, next);
    return next;
  };
  const waiting = new Set<() => void>();
  const changed = (): void => {
    for (const look of waiting) look();
  };
  const problems: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const described = describe(request, exchanges.length + 1, count);
    const exchange: RecordedExchange = { ...described, forwarded: "nothing" };
    exchanges.push(exchange);
    const proxied: ProxiedRequest = { request, response, target, exchange, changed, signal: stopping.signal };
    try {
      const fault = proxy.onRequest?.({ ...described, headers: removeSecrets(request) });
      if (fault) exchange.fault = fault.kind;
      changed();
      await applyFault(fault, proxied);
    } catch (error) {
      if (clientLeft(request, exchange)) exchange.clientGot = "gone";
      else if (!stopping.signal.aborted) problems.push(error);
      response.destroy();
    }
  };

  const server = createServer((request, response) => {
    const served = serve(request, response).finally(() => underWay.delete(served));
    underWay.add(served);
  });
  // No idle connection is closed under a client that is about to use it.
  Object.assign(server, { keepAliveTimeout: 0, headersTimeout: 0, requestTimeout: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;

  const through = (url: string): string => {
    const copy = new URL(url);
    if (copy.origin !== target.origin) throw new RangeError("url must be a URL of the proxy's target");
    copy.port = String(port);
    return copy.href;
  };
  const stop = async (): Promise<void> => {
    stopping.abort();
    if (server.listening) {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    }
    await Promise.all(underWay);
    if (problems.length > 0)
      throw new AggregateError(problems, "the fault proxy met problems that no fault asked for");
  };
  const proxy: FaultProxy = {
    endpoint: through(targetEndpoint),
    exchanges,
    onRequest: options.onRequest,
    getUrlThrough: through,
    waitForRequest: (condition) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = exchanges.find(condition);
          if (!found) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    waitUntilIdle: async () => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
  return proxy;
}

function clientLeft(request: IncomingMessage, exchange: Exchange): boolean {
  return exchange.clientGot === undefined && request.destroyed && !request.complete;
}

// What would let a reader of the record in: a key's signature, a source's SAS or token.
const secretHeaders = new Set(["authorization", "x-ms-copy-source", "x-ms-copy-source-authorization"]);

function removeSecrets(request: IncomingMessage): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(request.headers).filter(([name]) => !secretHeaders.has(name)));
}

function describe(
  request: IncomingMessage,
  sequence: number,
  count: (key: string) => number,
): Omit<RequestInfo, "headers"> {
  const { method = "GET", url: rawUrl = "/", headers } = request;
  const operation = getStorageOperation(method, rawUrl, headers);
  const url = rawUrl.replace(/([?&]sig=)[^&]*/g, "$1REDACTED");
  const [path = ""] = url.split("?");
  const requestId = headers["x-ms-client-request-id"];
  return {
    sequence,
    method,
    url,
    operation,
    nth: count(`${operation} ${path}`),
    attempt: count(`${method} ${url} ${String(requestId)}`),
  };
}
