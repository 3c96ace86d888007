import type { AbortSignalLike } from "@azure/abort-controller";
import { type ContainerClient, StorageSharedKeyCredential } from "@azure/storage-blob";
import { randomUUID } from "node:crypto";
import { type ConnectionPool, connectionsTo } from "./connection-pool.js";
import { isDirectRouteAllowed, pipelineOf } from "./direct-clients.js";
import { answered, type FirstTry, handOver, unanswered } from "./handed-answer.js";
import { HttpAnswer } from "./http-answer.js";
import { linkAbort } from "./linked-abort.js";
import { sharedKeyAuthorization } from "./shared-key.js";
import { paceOf, type StorePace } from "./store-pace.js";

/** A header of a request; its name in lower case. */
export type Header = readonly [name: string, value: string];

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
  readonly mostBodyBytes?: number;
  /** Where the body of the expected answer goes, if it fits. */
  readonly target?: Uint8Array | undefined;
}

/**
 * What came of a request: the expected answer, whole or broken off within its body; or what the SDK has to be given as its
 * first try.
 */
export type DirectOutcome =
  | { readonly kind: "whole" | "partial"; readonly answer: HttpAnswer }
  | { readonly kind: "other"; readonly firstTry: FirstTry };

/** How a container is reached without the SDK. */
export interface DirectRoute {
  /** Rejects with an `AbortError` alone. */
  send(request: DirectRequest, abortSignal: AbortSignalLike | undefined): Promise<DirectOutcome>;
}

/** Headers that every request of a client has, as the SDK says: its user agent, version, and bearer token. */
interface Common {
  readonly headers: readonly Header[];
  /** By `performance.now()`; 0 from when a store did not accept them. */
  until: number;
}

/** How long a bearer token is used before the SDK is asked for it again. It keeps it, and decides when to renew it. */
const tokenMs = 30_000;

const commons = new WeakMap<object, Promise<Common>>();
const routes = new WeakMap<ContainerClient, Route>();

/** The way past the SDK, or `undefined` where there is none, or none now. */
export async function directRoute(container: ContainerClient): Promise<DirectRoute | undefined> {
  return usableRoute(container) ?? (await newRoute(container));
}

function usableRoute(container: ContainerClient): Route | undefined {
  const route = routes.get(container);
  return route !== undefined && isUsable(route.common) && isDirectRouteAllowed(container) ? route : undefined;
}

async function newRoute(container: ContainerClient): Promise<Route | undefined> {
  const pipeline = pipelineOf(container);
  if (pipeline === undefined || !isDirectRouteAllowed(container)) return undefined;
  let common = await commons.get(pipeline)?.catch(() => undefined);
  if (common === undefined || !isUsable(common)) {
    const asked = askForHeaders(container);
    commons.set(pipeline, asked);
    // No token, say: then the SDK's own request fails of it, and tells.
    common = await asked.catch(() => undefined);
    if (common === undefined) return undefined;
  }
  const route = new Route(container, common);
  routes.set(container, route);
  return route;
}

function isUsable({ until }: Common): boolean {
  return until === Number.POSITIVE_INFINITY || until > performance.now();
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
  const route = isSendable(request) ? (usableRoute(container) ?? (await newRoute(container))) : undefined;
  if (route === undefined) return await bySdk(abortSignal);
  const outcome = await route.send(request, abortSignal);
  if (outcome.kind === "other") return await goOn(outcome.firstTry, abortSignal, bySdk);
  const result = outcome.kind === "whole" ? read(outcome.answer) : undefined;
  return result ?? (await bySdk(abortSignal));
}

/** Lets the SDK go on from a first try. */
export async function goOn<T>(
  firstTry: FirstTry,
  abortSignal: AbortSignalLike | undefined,
  bySdk: (abortSignal: AbortSignalLike) => Promise<T>,
): Promise<T> {
  using abort = linkAbort(abortSignal);
  handOver(abort.signal, firstTry);
  return await bySdk(abort.signal);
}

/** Names with segments that a URL does not keep are the SDK's to deal with, and so are headers that are not plain text. */
function isSendable({ blobName, headers }: DirectRequest): boolean {
  return isAddressable(blobName) && headers.every(([, value]) => /^[\x20-\x7e]*$/.test(value));
}

/** Whether the name is the same when it has been part of a URL. */
export function isAddressable(blobName: string | undefined): boolean {
  return (
    blobName === undefined ||
    (!/\p{Surrogate}/u.test(blobName) && !/(?:^|\/)\.{0,2}(?:\/|$)|\\/.test(blobName))
  );
}

/** Has the SDK make a request that is never sent, to see how it would send it. */
async function askForHeaders(container: ContainerClient): Promise<Common> {
  const names = ["user-agent", "x-ms-version", "authorization"];
  const headers: Header[] = [];
  await goOn(
    (request) => {
      for (const name of names) {
        const value = request.headers.get(name);
        if (value !== undefined && !value.startsWith("SharedKey ")) headers.push([name, value]);
      }
      return answered("", { status: 200, headers: [], body: "" })(request);
    },
    undefined,
    (abortSignal) => container.getProperties({ abortSignal }),
  );
  const hasToken = headers.some(([name]) => name === "authorization");
  return { headers, until: hasToken ? performance.now() + tokenMs : Number.POSITIVE_INFINITY };
}

class Route implements DirectRoute {
  readonly common: Common;
  readonly #connections: ConnectionPool;
  readonly #pace: StorePace;
  /** The headers that all requests have. */
  readonly #lines: string;
  readonly #path: string;
  readonly #sas: string;
  readonly #key: StorageSharedKeyCredential | undefined;

  constructor(container: ContainerClient, common: Common) {
    const url = new URL(container.url);
    this.common = common;
    this.#connections = connectionsTo(url);
    this.#pace = paceOf(container.url);
    this.#lines = [["host", url.host] as const, ...common.headers]
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("");
    this.#path = url.pathname.replace(/\/$/, "");
    this.#sas = url.search.slice(1);
    const { credential } = container;
    this.#key = credential instanceof StorageSharedKeyCredential ? credential : undefined;
  }

  async send(request: DirectRequest, abortSignal: AbortSignalLike | undefined): Promise<DirectOutcome> {
    const requestId = randomUUID();
    const { expectedStatus, mostBodyBytes = 1024, target } = request;
    const answer = new HttpAnswer(expectedStatus, mostBodyBytes, target);
    const turn = this.#pace.turn(abortSignal);
    if (turn) await turn;
    const sentAt = performance.now();
    try {
      await this.#connections.exchange(
        { head: this.#headOf(request, requestId), body: request.body },
        answer,
        abortSignal,
      );
    } catch (error) {
      if (!(error instanceof Error) || error.name === "AbortError") throw error;
      if (answer.hasHead && answer.status === expectedStatus) return { kind: "partial", answer };
      return { kind: "other", firstTry: unanswered(requestId, error) };
    }
    this.#pace.answered(answer, sentAt);
    if (answer.status === expectedStatus) return { kind: "whole", answer };
    if (answer.status === 401) this.common.until = 0;
    const body = Buffer.from(answer.body.buffer, answer.body.byteOffset, answer.body.length).toString();
    const { status } = answer;
    return { kind: "other", firstTry: answered(requestId, { status, headers: answer.headers(), body }) };
  }

  #headOf({ method, blobName, query = "", headers, body }: DirectRequest, requestId: string): string {
    const path = blobName === undefined ? this.#path : `${this.#path}/${escapedName(blobName)}`;
    const whole = query === "" || this.#sas === "" ? query + this.#sas : `${query}&${this.#sas}`;
    const bodyBytes = body?.length ?? 0;
    let head = `${method} ${path}${whole === "" ? "" : `?${whole}`} HTTP/1.1\r\n${this.#lines}`;
    head += `x-ms-client-request-id: ${requestId}\r\n`;
    for (const [name, value] of headers) head += `${name}: ${value}\r\n`;
    if (method === "PUT") head += `content-length: ${bodyBytes}\r\n`;
    if (this.#key) {
      const date: Header = ["x-ms-date", new Date().toUTCString()];
      const sent = [...this.common.headers, ["x-ms-client-request-id", requestId] as const, date, ...headers];
      const signed = { method, path, query: whole, headers: sent, bodyBytes };
      head += `x-ms-date: ${date[1]}\r\nauthorization: ${sharedKeyAuthorization(this.#key, signed)}\r\n`;
    }
    return `${head}\r\n`;
  }
}

function escapedName(name: string): string {
  return name.split("/").map(encodeURIComponent).join("/");
}
