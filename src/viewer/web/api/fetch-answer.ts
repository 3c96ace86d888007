import { browsing } from "../text/browsing.js";
import { RequestError } from "./failure.js";

/** How long the server may send nothing, in milliseconds. It reports itself earlier when the store does not answer. */
const defaultSilenceLimitInMs = 120_000;

const statusesWithoutContent: ReadonlySet<number> = new Set([204, 205, 304]);

export interface FetchAnswerOptions extends RequestInit {
  /** How long the answer, and each part of its body, is waited for, in milliseconds. Default: 120,000. */
  readonly silenceLimitInMs?: number | undefined;
}

/**
 * Sends a request. A body that ends early, or does not go on, fails too: it has to be read with its reader, or with {@link readBody},
 * because `arrayBuffer()` and `json()` of browsers hide the reason.
 *
 * @throws RequestError `NoAnswer`, and `Cut` while the body is read.
 */
export async function fetchAnswer(url: URL, options: FetchAnswerOptions): Promise<Response> {
  const { silenceLimitInMs = defaultSilenceLimitInMs, signal, ...init } = options;
  const silence = new AbortController();
  const wait = async <T>(pending: Promise<T>, failure: RequestError): Promise<T> => {
    const timer = setTimeout(() => {
      silence.abort();
    }, silenceLimitInMs);
    try {
      return await pending;
    } catch (error) {
      if (silence.signal.aborted) throw createNoAnswerError();
      // fetch() throws a TypeError when there is no answer, or no more of it.
      throw error instanceof TypeError ? failure : error;
    } finally {
      clearTimeout(timer);
    }
  };
  const signals = signal ? [signal, silence.signal] : [silence.signal];
  const pending = fetch(url, { ...init, signal: AbortSignal.any(signals) });
  const response = await wait(pending, createNoAnswerError());
  // Chromium gives an answer without content a body, with which no `Response` can be constructed.
  if (response.body === null || statusesWithoutContent.has(response.status)) return response;
  const reader = response.body.getReader();
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      async pull(controller) {
        const { done, value } = await wait(reader.read(), createCutError());
        if (done) controller.close();
        else controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
  const { status, statusText, headers } = response;
  return new Response(body, { status, statusText, headers });
}

/** Reads the rest of a body. */
export async function readBody(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read())
    parts.push(part.value);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Reads the rest of a body as text. */
export async function readBodyText(response: Response): Promise<string> {
  return new TextDecoder().decode(await readBody(response));
}

export function createCutError(): RequestError {
  return new RequestError({ code: "Cut", reason: browsing.failures.cut });
}

function createNoAnswerError(): RequestError {
  return new RequestError({ code: "NoAnswer", reason: browsing.failures.noAnswer });
}
