import type { AbortSignalLike } from "@azure/abort-controller";
import { randomUUID } from "node:crypto";
import { isAbortError, raceWithAbort } from "../../../core/index.js";
import { type ConnectionPool, getConnections } from "./connection-pool.js";
import { CommonHeaders, createCommonHeaders, type Header, isPlain } from "./common-headers.js";
import { getCurrentAuthorization } from "./current-authorization.js";
import {
  continueFrom,
  createAnsweredTry,
  createInspectingTry,
  createUnansweredTry,
  type FirstTry,
} from "../sdk/first-try.js";
import type {
  CurrentSas,
  DirectAuthorization,
  SharedKey,
  StoreContainer,
} from "../contract/store-container.js";
import { getProgressTimeout, type TryLimits } from "../limits/try-limits.js";
import { HttpAnswer, UnsoundAnswerError } from "./http-answer.js";
import { createSharedKeyAuthorization } from "./shared-key.js";
import { requestRateFor, type RequestRate } from "../rate/request-rate.js";

/** A request that can be sent without the SDK. */
export interface DirectRequest {
  readonly method: "GET" | "HEAD" | "PUT";
  /** The blob's name; `undefined` for the container itself. */
  readonly blobName?: string | undefined;
  /** Escaped, without "?". */
  readonly query?: string;
  /** Names in lower case. */
  readonly headers: readonly Header[];
  readonly body?: Uint8Array | undefined;
  readonly expectedStatus: number;
  /** The maximum length of the expected answer's body; 1 KiB if none is expected. */
  readonly maxBodyBytes?: number;
  /** Receives the body of the expected answer, if it fits. */
  readonly target?: Uint8Array | undefined;
  /** Receives the body of the expected answer in pieces, which are valid until the function returns. */
  readonly onBody?: (bytes: Buffer) => void;
  /** Whether the request is a prefetch, which does not keep the process alive. */
  readonly isPrefetch?: boolean;
}

/**
 * The result of a request: the expected answer, complete or interrupted within its body; or the first try from which
 * the SDK must continue, `undefined` if nothing was sent.
 */
export type DirectOutcome =
  | { readonly kind: "whole" | "partial"; readonly answer: HttpAnswer }
  | { readonly kind: "other"; readonly firstTry: FirstTry | undefined };

/** Sends requests to a container without the SDK. */
export interface DirectSender {
  /** Rejects only with an `AbortError`. */
  send(request: DirectRequest, abortSignal: AbortSignalLike | undefined): Promise<DirectOutcome>;
}

/**
 * The service version of the requests. Its features that are used here are older; Azurite supports it since 3.33, the oldest
 * supported Azurite.
 */
const serviceVersion = "2025-01-05";

const senders = new WeakMap<StoreContainer, Sender>();

/**
 * Returns a sender for the container; `undefined` if the SDK must send its requests. Rejects only with an `AbortError`.
 */
export async function getDirectSender(
  container: StoreContainer,
  abortSignal?: AbortSignalLike,
): Promise<DirectSender | undefined> {
  return getUsableSender(container) ?? (await createSender(container, abortSignal));
}

function getUsableSender(container: StoreContainer): Sender | undefined {
  const sender = senders.get(container);
  return sender?.isUsable === true && getCurrentAuthorization(container.access) ? sender : undefined;
}

async function createSender(
  container: StoreContainer,
  abortSignal: AbortSignalLike | undefined,
): Promise<Sender | undefined> {
  const authorization = getCurrentAuthorization(container.access);
  if (authorization === undefined) return undefined;
  const common = await readCommonHeaders(container, authorization, abortSignal);
  if (common === undefined) return undefined;
  const sender = new Sender(container, authorization, common);
  senders.set(container, sender);
  return sender;
}

async function readCommonHeaders(
  container: StoreContainer,
  authorization: DirectAuthorization,
  abortSignal: AbortSignalLike | undefined,
): Promise<CommonHeaders | undefined> {
  const headers: Header[] = [
    ["user-agent", authorization.userAgent],
    ["x-ms-version", serviceVersion],
  ];
  if (!authorization.hasToken) return new CommonHeaders(headers);
  // Several requests may wait for the token, so aborting one of them must not cancel it.
  const asked = createCommonHeaders(
    authorization,
    async () => new CommonHeaders([...headers, await readTokenHeader(container)]),
  );
  return await (abortSignal ? raceWithAbort(asked, abortSignal) : asked);
}

/**
 * Whether a request can be sent without the SDK. Blob names that URL normalization would change, and headers that are
 * not ASCII, require the SDK.
 */
export function isSendable({ blobName, headers }: DirectRequest): boolean {
  return isAddressable(blobName) && headers.every(isPlain);
}

/** Whether the name is unchanged by URL normalization. */
export function isAddressable(blobName: string | undefined): boolean {
  return (
    blobName === undefined ||
    (!/\p{Surrogate}/u.test(blobName) && !/(?:^|\/)\.{0,2}(?:\/|$)|\\/.test(blobName))
  );
}

/** Lets the SDK prepare a request that is never sent, and returns its token. */
async function readTokenHeader(container: StoreContainer): Promise<Header> {
  let value = "";
  const inspecting = createInspectingTry((request) => {
    value = request.headers.get("authorization") ?? "";
  });
  const client = await container.loadClient();
  await continueFrom(inspecting, undefined, (abortSignal) => client.getProperties({ abortSignal }));
  const header: Header = ["authorization", value];
  if (!isPlain(header)) throw new RangeError("The SDK returned no token, or one that is not plain text.");
  return header;
}

class Sender implements DirectSender {
  readonly #common: CommonHeaders;
  readonly #connections: ConnectionPool;
  readonly #pace: RequestRate;
  /** The headers common to all requests. */
  readonly #lines: string;
  readonly #path: string;
  /** Of the URL. */
  readonly #sas: string;
  readonly #renewedSas: CurrentSas | undefined;
  readonly #key: SharedKey | undefined;
  readonly #limits: TryLimits;

  constructor(container: StoreContainer, { key }: DirectAuthorization, common: CommonHeaders) {
    const url = new URL(container.url);
    this.#limits = container.access.limits;
    this.#common = common;
    this.#connections = getConnections(url);
    this.#pace = requestRateFor(container.url);
    this.#lines = formatHeaders([["host", url.host], ...common.list()]);
    this.#path = url.pathname.replace(/\/$/, "");
    this.#sas = url.search.slice(1);
    this.#renewedSas = container.access.sas;
    this.#key = key;
  }

  get isUsable(): boolean {
    return this.#common.isUsable;
  }

  async send(request: DirectRequest, abortSignal: AbortSignalLike | undefined): Promise<DirectOutcome> {
    const requestId = randomUUID();
    const { expectedStatus, maxBodyBytes = 1024, target, onBody, body: sent, isPrefetch } = request;
    const hasBody = request.method !== "HEAD";
    const answer = new HttpAnswer({ expectedStatus, maxBodyBytes, requestId, target, onBody, hasBody });
    const turn = this.#pace.turn(abortSignal);
    if (turn) await turn;
    // The token may have expired in the meantime.
    if (!this.isUsable) return { kind: "other", firstTry: undefined };
    let sas = this.#sas;
    try {
      if (this.#renewedSas) sas = await this.#renewedSas.getCurrent(abortSignal);
    } catch (error) {
      if (isAbortError(error)) throw error;
      // The SDK asks for it as well, and its call reports the error.
      return { kind: "other", firstTry: undefined };
    }
    const sentAt = performance.now();
    try {
      await this.#connections.exchange(
        {
          head: this.#formatHead(request, requestId, sas),
          body: sent,
          isPrefetch,
          progressTimeoutInMs: getProgressTimeout(this.#limits, sent?.length ?? 0, 0),
        },
        answer,
        abortSignal,
      );
    } catch (error) {
      if (!(error instanceof Error) || isAbortError(error)) throw error;
      const isBelievable = answer.hasHead && !(error instanceof UnsoundAnswerError);
      if (isBelievable && answer.status === expectedStatus) return { kind: "partial", answer };
      return { kind: "other", firstTry: createUnansweredTry(requestId, sentAt, error) };
    }
    this.#pace.noteAnswer(answer, sentAt);
    if (answer.status === expectedStatus) return { kind: "whole", answer };
    if (answer.status === 401) this.#common.discard();
    const { status, body } = answer;
    return {
      kind: "other",
      firstTry: createAnsweredTry(requestId, sentAt, { status, headers: answer.listHeaders(), body }),
    };
  }

  #formatHead(
    { method, blobName, query = "", headers, body }: DirectRequest,
    requestId: string,
    sas: string,
  ): string {
    const path = blobName === undefined ? this.#path : `${this.#path}/${encodeBlobName(blobName)}`;
    const whole = query === "" || sas === "" ? query + sas : `${query}&${sas}`;
    const own: Header[] = [["x-ms-client-request-id", requestId], ...headers];
    const bodyBytes = body?.length ?? 0;
    if (this.#key) {
      own.push(["x-ms-date", new Date().toUTCString()]);
      const signed = { method, path, query: whole, headers: [...this.#common.list(), ...own], bodyBytes };
      own.push(["authorization", createSharedKeyAuthorization(this.#key, signed)]);
    }
    const length = method === "PUT" ? `content-length: ${bodyBytes}\r\n` : "";
    const target = whole === "" ? path : `${path}?${whole}`;
    return `${method} ${target} HTTP/1.1\r\n${this.#lines}${formatHeaders(own)}${length}\r\n`;
  }
}

function formatHeaders(headers: readonly Header[]): string {
  let lines = "";
  for (const [name, value] of headers) lines += `${name}: ${value}\r\n`;
  return lines;
}

function encodeBlobName(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
