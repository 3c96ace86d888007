import { once } from "node:events";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";

import type { Fault } from "./faults.js";
import {
  waitForAnswer,
  forwardAll,
  openToService,
  passAnswer,
  readToEnd,
  waitUntilAnswered,
  writeHead,
  type ProxiedRequest,
} from "./forwarding.js";
import { createDeferred } from "./create-deferred.js";

/**
 * Passes a request on, or does to it what the fault says. Fulfilled when nothing is left to do for it; rejects when the
 * service or the client broke off.
 */
export async function applyFault(fault: Fault | undefined, proxied: ProxiedRequest): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      await passAnswer(await forwardAll(proxied), proxied);
      return;
    case "cut-before":
      reset(proxied);
      return;
    case "cut-after":
      // To its end, so that the service has surely done all that it does.
      await readToEnd(await forwardAll(proxied));
      reset(proxied);
      return;
    case "cut-and-forward-later":
      await forwardLater(fault.until, proxied);
      return;
    case "cut-body":
      await forwardPart(fault.afterBytes, proxied);
      reset(proxied);
      return;
    case "answer":
      await answerHere(fault, proxied);
      return;
    case "answer-after":
      await readToEnd(await forwardAll(proxied));
      await answerHere({ ...fault, kind: "answer" }, proxied);
      return;
    case "truncate-download":
      await truncateAnswer(await forwardAll(proxied), fault.afterBytes, proxied);
      return;
    case "corrupt-answer":
      await corruptAnswer(await forwardAll(proxied), proxied);
      return;
    case "delay":
      await waitOrStop(fault.until, proxied.signal);
      // Killed meanwhile, say: its request can no longer be read, and the service would wait for it for ever.
      if (proxied.request.socket.destroyed) proxied.exchange.clientGot = "gone";
      else await applyFault(fault.then, proxied);
      return;
    case "add-headers": {
      const answer = await forwardAll(proxied);
      answer.rawHeaders.push(...Object.entries(fault.headers).flat());
      await passAnswer(answer, proxied);
      return;
    }
    case "delay-answer": {
      const answer = await forwardAll(proxied);
      await waitOrStop(fault.until, proxied.signal);
      await passAnswer(answer, proxied);
    }
  }
}

function reset({ request, exchange }: ProxiedRequest): void {
  exchange.clientGot = "reset";
  request.socket.resetAndDestroy();
}

async function waitOrStop(until: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const stopped = createDeferred<never>();
  const stop = (): void => {
    stopped.reject(new Error("the proxy was stopped"));
  };
  signal.addEventListener("abort", stop, { once: true });
  try {
    await Promise.race([until, stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function truncateAnswer(
  answer: IncomingMessage,
  afterBytes: number,
  proxied: ProxiedRequest,
): Promise<void> {
  const { response, exchange } = proxied;
  if (response.closed) return waitUntilAnswered(proxied);
  writeHead(response, answer);
  response.flushHeaders();
  for await (const part of takeFirstBytes(answer, afterBytes)) await writePart(response, part);
  answer.destroy();
  exchange.clientGot = "part";
  // An end, not a reset, which could overtake bytes that the client is to get.
  response.socket?.destroySoon();
}

async function corruptAnswer(answer: IncomingMessage, proxied: ProxiedRequest): Promise<void> {
  const body = await buffer(answer);
  const middle = Math.floor(body.length / 2);
  for (let at = middle; at < Math.min(middle + 16, body.length); at += 1) body[at] = (body[at] ?? 0) ^ 0x81;
  writeHead(proxied.response, answer);
  proxied.response.end(body);
  await waitUntilAnswered(proxied);
}

async function forwardLater(until: Promise<unknown>, proxied: ProxiedRequest): Promise<void> {
  const body = await buffer(proxied.request);
  reset(proxied);
  await waitOrStop(until, proxied.signal);
  const toService = openToService(proxied);
  toService.end(body);
  proxied.exchange.forwarded = "all";
  await readToEnd(await waitForAnswer(toService, proxied));
}

async function forwardPart(afterBytes: number, proxied: ProxiedRequest): Promise<void> {
  const { request, exchange } = proxied;
  if (request.headers["content-length"] === "0" || !/^(PUT|POST)$/.test(request.method ?? "")) {
    throw new RangeError(`cut-body was asked for a request without a body (${exchange.operation})`);
  }
  const toService = openToService(proxied);
  toService.flushHeaders();
  const [socket] = (await once(toService, "socket")) as [Socket];
  if (socket.connecting) await once(socket, "connect");
  // From here on it breaks off because we make it.
  toService.on("error", () => undefined);
  for await (const part of takeFirstBytes(request, afterBytes)) await writePart(toService, part);
  exchange.forwarded = "part";
  const closed = new Promise((resolve) => toService.once("close", resolve));
  toService.destroy();
  await closed;
}

/** Fulfilled when the bytes have left this process, or cannot because the other side has gone. */
async function writePart(to: ClientRequest | ServerResponse, part: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    to.write(part, () => {
      resolve();
    });
  });
}

/** The first `count` bytes of a body, and never its last byte: whoever gets them cannot take the body for whole. */
async function* takeFirstBytes(body: IncomingMessage, count: number): AsyncGenerator<Buffer> {
  const length = Number(body.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  let left = Math.max(0, Math.min(count, length - 1));
  if (left === 0) return;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left === 0) return;
  }
}

async function answerHere(fault: Extract<Fault, { kind: "answer" }>, proxied: ProxiedRequest): Promise<void> {
  const { request, response, exchange, changed } = proxied;
  // A client that is still sending might see a reset and not the answer.
  await readToEnd(request);
  const { status, code = codes[status] ?? "InternalError", detail, retryAfterSeconds } = fault;
  const details =
    detail === undefined ? "" : `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
  const body =
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<Error><Code>${code}</Code><Message>Injected by the fault proxy.</Message>${details}</Error>`;
  exchange.status = status;
  changed();
  response.writeHead(status, {
    "Content-Type": "application/xml",
    "Content-Length": Buffer.byteLength(body),
    "x-ms-error-code": code,
    ...(retryAfterSeconds !== undefined && { "Retry-After": retryAfterSeconds }),
  });
  // Node.js leaves the body of an answer to HEAD away by itself.
  response.end(body);
  await waitUntilAnswered(proxied);
}

const codes: Readonly<Record<number, string>> = {
  408: "RequestTimeout",
  429: "TooManyRequests",
  500: "InternalError",
  502: "BadGateway",
  503: "ServerBusy",
  504: "GatewayTimeout",
};
