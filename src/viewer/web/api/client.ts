import { requestHeader, type StreamMessage } from "../../protocol.js";
import { browsing } from "../text/browsing.js";
import { readFailure, RequestError } from "./failure.js";
import { readLines } from "./read-lines.js";

export interface RequestOptions {
  readonly abortSignal?: AbortSignal | undefined;
}

/** A request to the page's own server; an answer of status 400 and above is thrown as a {@link RequestError}. */
export async function request(address: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set(requestHeader, "1");
  const response = await fetch(new URL(address, document.baseURI), { ...init, headers });
  if (!response.ok) throw new RequestError(await readFailure(response));
  return response;
}

/** @typeParam Answer what the protocol says that this address answers. */
export async function getJson<Answer>(address: string, options: RequestOptions = {}): Promise<Answer> {
  const response = await request(address, { signal: options.abortSignal ?? null });
  return (await response.json()) as Answer;
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
  return (await response.json()) as Answer;
}

/** Deletes one output for good. */
export async function deleteAt(address: string, options: RequestOptions = {}): Promise<void> {
  await request(address, { method: "DELETE", signal: options.abortSignal ?? null });
}

export interface StreamOptions extends RequestOptions {
  readonly method?: "GET" | "POST";
}

/**
 * The messages of a stream, as they come; whoever stops reading stops the server's listing. Ends after `end`.
 *
 * @throws RequestError what the server says in `failed`, or `Cut` when the stream stops without an end.
 */
export async function* stream<Item, Progress = never, Result = undefined>(
  address: string,
  options: StreamOptions = {},
): AsyncGenerator<Exclude<StreamMessage<Item, Progress, Result>, { failed: unknown }>> {
  const response = await request(address, {
    method: options.method ?? "GET",
    signal: options.abortSignal ?? null,
  });
  if (response.body === null) throw new RequestError({ code: "Cut", reason: browsing.failures.cut });
  for await (const line of readLines(response.body)) {
    const message = JSON.parse(line) as StreamMessage<Item, Progress, Result>;
    if ("failed" in message) throw new RequestError(message.failed);
    yield message;
    if ("end" in message) return;
  }
  throw new RequestError({ code: "Cut", reason: browsing.failures.cut });
}
