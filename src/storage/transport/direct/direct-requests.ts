import type { AbortSignalLike } from "@azure/abort-controller";
import { type ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { randomUUID } from "node:crypto";
import { linkAbort, untilAborted } from "../../../core/index.js";
import { type ConnectionPool, connectionsTo } from "./connection-pool.js";
import { CommonHeaders, commonHeaders, type Header, isPlain } from "./common-headers.js";
import { isDirectRouteAllowed, pipelineOf } from "./direct-access.js";
import { answered, type FirstTry, handOver, unanswered } from "../sdk/first-try.js";
import { HttpAnswer, UnsoundAnswerError } from "./http-answer.js";
import { sharedKeyAuthorization } from "./shared-key.js";
import { requestRateFor, type RequestRate } from "../rate/request-rate.js";

/** A request that can do without the SDK. */
export interface DirectRequest {
  readonly method: "GET" | "PUT";
  /** The blob's name; `undefined` for the container itself. */
  readonly blobName?: string | undefined;
  /** Escaped, without "?". */
  readonly query?: string;
  /** Names in lower case. */
  readonly headers: readonly Header[];
  readonly body?: Uint8Array | undefined;
  readonly expectedStatus: number;
  /** The longest body that the expected answer may have; 1 KiB where none is due. */
  readonly maxBodyBytes?: number;
  /** Where the body of the expected answer goes, if it fits. */
  readonly target?: Uint8Array | undefined;
  /** Takes the body of the expected answer as it comes, in pieces that are good until it returns. */
  readonly onBody?: (bytes: Buffer) => void;
  /** Whether nobody waits for the answer yet: then the request does not keep the process alive. */
  readonly isAhead?: boolean;
}

/**
 * What came of a request: the expected answer, whole or broken off within its body; or what the SDK has to be given as its
 * first try, `undefined` where nothing was sent.
 */
export type DirectOutcome =
  | { readonly kind: "whole" | "partial"; readonly answer: HttpAnswer }
  | { readonly kind: "other"; readonly firstTry: FirstTry | undefined };

/** How a container is reached without the SDK. */
export interface DirectRoute {
  /** Rejects with an `AbortError` alone. */
  send(request: DirectRequest, abortSignal: AbortSignalLike | undefined): Promise<DirectOutcome>;
}

const routes = new WeakMap<ContainerClient, Route>();

/** The way past the SDK, or `undefined` where there is none, or none now. Rejects with an `AbortError` alone. */
export async function directRoute(
  container: ContainerClient,
  abortSignal?: AbortSignalLike,
): Promise<DirectRoute | undefined> {
  return usableRoute(container) ?? (await newRoute(container, abortSignal));
}

function usableRoute(container: ContainerClient): Route | undefined {
  const route = routes.get(container);
  return route?.isUsable === true && isDirectRouteAllowed(container) ? route : undefined;
}

async function newRoute(
  container: ContainerClient,
  abortSignal: AbortSignalLike | undefined,
): Promise<Route | undefined> {
  const pipeline = pipelineOf(container);
  if (pipeline === undefined || !isDirectRouteAllowed(container)) return undefined;
  // It may wait for a token: for others as well, so that the one who leaves must not end it.
  const asked = commonHeaders(pipeline, () => askForHeaders(container));
  const common = await (abortSignal ? untilAborted(asked, abortSignal) : asked);
  if (common === undefined) return undefined;
  const route = new Route(container, common);
  routes.set(container, route);
  return route;
}

/**
 * Sends a request past the SDK where that is possible, and has the SDK go on where the answer is not the expected one: it
 * then repeats, explains or throws as if it had made the first try itself.
 */
export async function sendDirectly<T>(
  container: ContainerClient,
  request: DirectRequest,
  abortSignal: AbortSignalLike | undefined,
  read: (answer: HttpAnswer) => T | undefined,
  bySdk: (abortSignal: AbortSignalLike | undefined) => Promise<T>,
): Promise<T> {
  const route = isSendable(request) ? await directRoute(container, abortSignal) : undefined;
  if (route === undefined) return await bySdk(abortSignal);
  const outcome = await route.send(request, abortSignal);
  if (outcome.kind === "other") return await goOn(outcome.firstTry, abortSignal, bySdk);
  const result = outcome.kind === "whole" ? read(outcome.answer) : undefined;
  return result ?? (await bySdk(abortSignal));
}

/** Lets the SDK go on from a first try, if there was one. */
export async function goOn<T>(
  firstTry: FirstTry | undefined,
  abortSignal: AbortSignalLike | undefined,
  bySdk: (abortSignal: AbortSignalLike) => Promise<T>,
): Promise<T> {
  using abort = linkAbort(abortSignal);
  if (firstTry) handOver(abort.signal, firstTry);
  return await bySdk(abort.signal);
}

/** Names with segments that a URL does not keep are the SDK's to deal with, and so are headers that are not plain text. */
export function isSendable({ blobName, headers }: DirectRequest): boolean {
  return isAddressable(blobName) && headers.every(isPlain);
}

/** Whether the name is the same when it has been part of a URL. */
export function isAddressable(blobName: string | undefined): boolean {
  return (
    blobName === undefined ||
    (!/\p{Surrogate}/u.test(blobName) && !/(?:^|\/)\.{0,2}(?:\/|$)|\\/.test(blobName))
  );
}

/** Has the SDK make a request that is never sent, to see how it would send it. */
async function askForHeaders(container: ContainerClient): Promise<CommonHeaders> {
  const headers: Header[] = [];
  await goOn(
    (request) => {
      for (const name of ["user-agent", "x-ms-version", "authorization"]) {
        const value = request.headers.get(name);
        if (value !== undefined) headers.push([name, value]);
      }
      return answered("", { status: 200, headers: [], body: new Uint8Array() })(request);
    },
    undefined,
    (abortSignal) => container.getProperties({ abortSignal }),
  );
  if (!headers.every(isPlain)) throw new RangeError("A header of every request is not plain text.");
  return new CommonHeaders(headers.filter(([, value]) => !value.startsWith("SharedKey ")));
}

class Route implements DirectRoute {
  readonly #common: CommonHeaders;
  readonly #connections: ConnectionPool;
  readonly #pace: RequestRate;
  /** The headers that all requests have. */
  readonly #lines: string;
  readonly #path: string;
  readonly #sas: string;
  readonly #key: StorageSharedKeyCredential | undefined;

  constructor(container: ContainerClient, common: CommonHeaders) {
    const url = new URL(container.url);
    this.#common = common;
    this.#connections = connectionsTo(url);
    this.#pace = requestRateFor(container.url);
    this.#lines = linesOf([["host", url.host], ...common.list()]);
    this.#path = url.pathname.replace(/\/$/, "");
    this.#sas = url.search.slice(1);
    const { credential } = container;
    this.#key = credential instanceof StorageSharedKeyCredential ? credential : undefined;
  }

  get isUsable(): boolean {
    return this.#common.isUsable;
  }

  async send(request: DirectRequest, abortSignal: AbortSignalLike | undefined): Promise<DirectOutcome> {
    const requestId = randomUUID();
    const { expectedStatus, maxBodyBytes = 1024, target, onBody, body: sent, isAhead } = request;
    const answer = new HttpAnswer({ expectedStatus, maxBodyBytes, requestId, target, onBody });
    const turn = this.#pace.turn(abortSignal);
    if (turn) await turn;
    // A token may have ended meanwhile.
    if (!this.isUsable) return { kind: "other", firstTry: undefined };
    const sentAt = performance.now();
    try {
      await this.#connections.exchange(
        { head: this.#headOf(request, requestId), body: sent, isAhead },
        answer,
        abortSignal,
      );
    } catch (error) {
      if (!(error instanceof Error) || error.name === "AbortError") throw error;
      const isBelievable = answer.hasHead && !(error instanceof UnsoundAnswerError);
      if (isBelievable && answer.status === expectedStatus) return { kind: "partial", answer };
      return { kind: "other", firstTry: unanswered(requestId, error) };
    }
    this.#pace.answered(answer, sentAt);
    if (answer.status === expectedStatus) return { kind: "whole", answer };
    if (answer.status === 401) this.#common.discard();
    const { status, body } = answer;
    return { kind: "other", firstTry: answered(requestId, { status, headers: answer.headers(), body }) };
  }

  #headOf({ method, blobName, query = "", headers, body }: DirectRequest, requestId: string): string {
    const path = blobName === undefined ? this.#path : `${this.#path}/${escapedName(blobName)}`;
    const whole = query === "" || this.#sas === "" ? query + this.#sas : `${query}&${this.#sas}`;
    const own: Header[] = [["x-ms-client-request-id", requestId], ...headers];
    const bodyBytes = body?.length ?? 0;
    if (this.#key) {
      own.push(["x-ms-date", new Date().toUTCString()]);
      const signed = { method, path, query: whole, headers: [...this.#common.list(), ...own], bodyBytes };
      own.push(["authorization", sharedKeyAuthorization(this.#key, signed)]);
    }
    const length = method === "PUT" ? `content-length: ${bodyBytes}\r\n` : "";
    const target = whole === "" ? path : `${path}?${whole}`;
    return `${method} ${target} HTTP/1.1\r\n${this.#lines}${linesOf(own)}${length}\r\n`;
  }
}

function linesOf(headers: readonly Header[]): string {
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  return lines;
}

function escapedName(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
