import { once } from "node:events";
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { buffer } from "node:stream/consumers";

import type { Fault } from "./faults.js";
import {
  answerOf,
  forwardAll,
  openToService,
  passAnswerOn,
  readToEnd,
  untilAnswered,
  writeHead,
  type Carrier,
} from "./forwarding.js";
import { promiseInParts } from "./promise-in-parts.js";

/**
 * Passes a request on, or does to it what the fault says. Fulfilled when nothing is left to do for it; rejects when the
 * service or the client broke off.
 */
export async function carryOut(fault: Fault | undefined, carrier: Carrier): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      await passAnswerOn(await forwardAll(carrier), carrier);
      return;
    case "cut-before":
      reset(carrier);
      return;
    case "cut-after":
      // To its end, so that the service has surely done all that it does.
      await readToEnd(await forwardAll(carrier));
      reset(carrier);
      return;
    case "cut-and-forward-later":
      await forwardLater(fault.until, carrier);
      return;
    case "cut-body":
      await forwardPart(fault.afterBytes, carrier);
      reset(carrier);
      return;
    case "answer":
      await answerHere(fault, carrier);
      return;
    case "answer-after":
      await readToEnd(await forwardAll(carrier));
      await answerHere({ ...fault, kind: "answer" }, carrier);
      return;
    case "truncate-download":
      await truncateAnswer(await forwardAll(carrier), fault.afterBytes, carrier);
      return;
    case "delay":
      await untilOrStopped(fault.until, carrier.signal);
      // Killed meanwhile, say: its request can no longer be read, and the service would wait for it for ever.
      if (carrier.request.socket.destroyed) carrier.exchange.clientGot = "gone";
      else await carryOut(fault.then, carrier);
      return;
    case "add-headers": {
      const answer = await forwardAll(carrier);
      answer.rawHeaders.push(...Object.entries(fault.headers).flat());
      await passAnswerOn(answer, carrier);
      return;
    }
    case "delay-answer": {
      const answer = await forwardAll(carrier);
      await untilOrStopped(fault.until, carrier.signal);
      await passAnswerOn(answer, carrier);
    }
  }
}

function reset({ request, exchange }: Carrier): void {
  exchange.clientGot = "reset";
  request.socket.resetAndDestroy();
}

async function untilOrStopped(until: Promise<unknown>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const stopped = promiseInParts<never>();
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

async function truncateAnswer(answer: IncomingMessage, afterBytes: number, carrier: Carrier): Promise<void> {
  const { response, exchange } = carrier;
  if (response.closed) return untilAnswered(carrier);
  writeHead(response, answer);
  response.flushHeaders();
  for await (const part of firstBytes(answer, afterBytes)) await written(response, part);
  answer.destroy();
  exchange.clientGot = "part";
  // An end, not a reset, which could overtake bytes that the client is to get.
  response.socket?.destroySoon();
}

async function forwardLater(until: Promise<unknown>, carrier: Carrier): Promise<void> {
  const body = await buffer(carrier.request);
  reset(carrier);
  await untilOrStopped(until, carrier.signal);
  const toService = openToService(carrier);
  toService.end(body);
  carrier.exchange.forwarded = "all";
  await readToEnd(await answerOf(toService, carrier));
}

async function forwardPart(afterBytes: number, carrier: Carrier): Promise<void> {
  const { request, exchange } = carrier;
  if (request.headers["content-length"] === "0" || !/^(PUT|POST)$/.test(request.method ?? "")) {
    throw new RangeError(`cut-body was asked for a request without a body (${exchange.operation})`);
  }
  const toService = openToService(carrier);
  toService.flushHeaders();
  const [socket] = (await once(toService, "socket")) as [Socket];
  if (socket.connecting) await once(socket, "connect");
  // From here on it breaks off because we make it.
  toService.on("error", () => undefined);
  for await (const part of firstBytes(request, afterBytes)) await written(toService, part);
  exchange.forwarded = "part";
  const closed = new Promise((resolve) => toService.once("close", resolve));
  toService.destroy();
  await closed;
}

/** Fulfilled when the bytes have left this process, or cannot because the other side has gone. */
async function written(to: ClientRequest | ServerResponse, part: Buffer): Promise<void> {
  await new Promise<void>((resolve) => {
    to.write(part, () => {
      resolve();
    });
  });
}

/** The first `count` bytes of a body, and never its last byte: whoever gets them cannot take the body for whole. */
async function* firstBytes(body: IncomingMessage, count: number): AsyncGenerator<Buffer> {
  const length = Number(body.headers["content-length"] ?? Number.POSITIVE_INFINITY);
  let left = Math.max(0, Math.min(count, length - 1));
  if (left === 0) return;
  for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    yield chunk.subarray(0, left);
    left -= Math.min(left, chunk.length);
    if (left === 0) return;
  }
}

async function answerHere(fault: Extract<Fault, { kind: "answer" }>, carrier: Carrier): Promise<void> {
  const { request, response, exchange } = carrier;
  // A client that is still sending might see a reset and not the answer.
  await readToEnd(request);
  const { status, code = codes[status] ?? "InternalError", detail, retryAfterSeconds } = fault;
  const details =
    detail === undefined ? "" : `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail>`;
  const body =
    '<?xml version="1.0" encoding="utf-8"?>' +
    `<Error><Code>${code}</Code><Message>Injected by the fault proxy.</Message>${details}</Error>`;
  exchange.status = status;
  response.writeHead(status, {
    "Content-Type": "application/xml",
    "Content-Length": Buffer.byteLength(body),
    "x-ms-error-code": code,
    ...(retryAfterSeconds !== undefined && { "Retry-After": retryAfterSeconds }),
  });
  // Node.js leaves the body of an answer to HEAD away by itself.
  response.end(body);
  await untilAnswered(carrier);
}

const codes: Readonly<Record<number, string>> = {
  429: "TooManyRequests",
  500: "InternalError",
  503: "ServerBusy",
};
