import { requestHeader, type StreamMessage } from "../../protocol/index.js";
import { RequestError } from "./failure.js";
import { createCutError, fetchAnswer, type FetchAnswerOptions, readBodyText } from "./fetch-answer.js";
import { readFailure } from "./read-failure.js";
import { readLines } from "./read-lines.js";

export interface RequestOptions extends Pick<FetchAnswerOptions, "silenceLimitInMs"> {
  readonly abortSignal?: AbortSignal | undefined;
}

/**
 * Sends a request to the page's server.
 *
 * @throws RequestError The error in an answer of status 400 or above, or `NoAnswer`.
 */
export async function request(address: string, init: FetchAnswerOptions = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set(requestHeader, "1");
  const response = await fetchAnswer(new URL(address, document.baseURI), { ...init, headers });
  if (!response.ok) throw new RequestError(await readFailure(response));
  return response;
}

/** @typeParam Answer The type of the answer in the protocol. */
export async function getJson<Answer>(
  address: string,
  { abortSignal, silenceLimitInMs }: RequestOptions = {},
): Promise<Answer> {
  const response = await request(address, { signal: abortSignal ?? null, silenceLimitInMs });
  return JSON.parse(await readBodyText(response)) as Answer;
}

export async function postJson<Answer>(
  address: string,
  body: unknown,
  options: RequestOptions = {},
): Promise<Answer> {
  const response = await request(address, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    signal: options.abortSignal ?? null,
  });
  return JSON.parse(await readBodyText(response)) as Answer;
}

/** Deletes an output. */
export async function deleteAt(address: string, options: RequestOptions = {}): Promise<void> {
  await request(address, { method: "DELETE", signal: options.abortSignal ?? null });
}

export interface StreamOptions extends RequestOptions {
  readonly method?: "GET" | "POST";
  /** Sent as JSON. */
  readonly body?: unknown;
}

/** The server sends an empty line every 15 seconds while it has nothing to say. */
const streamSilenceLimitInMs = 45_000;

/**
 * Reads the messages of a stream until `end`. Ending the iteration early also ends the listing in the server.
 *
 * @throws RequestError The server's error, or `Cut` if the stream stops without an `end`.
 */
export async function* stream<Item, Progress = never, Result = undefined>(
  address: string,
  options: StreamOptions = {},
): AsyncGenerator<Exclude<StreamMessage<Item, Progress, Result>, { failed: unknown }>> {
  const response = await request(address, {
    method: options.method ?? "GET",
    signal: options.abortSignal ?? null,
    silenceLimitInMs: options.silenceLimitInMs ?? streamSilenceLimitInMs,
    ...(options.body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(options.body),
    }),
  });
  if (response.body === null) throw createCutError();
  for await (const line of readLines(response.body)) {
    const message = JSON.parse(line) as StreamMessage<Item, Progress, Result>;
    if ("failed" in message) throw new RequestError(message.failed);
    yield message;
    if ("end" in message) return;
  }
  throw createCutError();
}
