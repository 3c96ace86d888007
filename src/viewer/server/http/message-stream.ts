import type { StreamMessage } from "../../protocol/index.js";
import { describeFailure } from "./failure-response.js";

/** Messages that are available at the same time, such as a page of a listing. */
export type MessageBatch<Item, Progress, Result> = readonly StreamMessage<Item, Progress, Result>[];

/** An empty line is sent after this time without a message, so that proxies do not close the stream. */
const silenceMs = 15_000;

/**
 * Answers with NDJSON, produced while it is read: the next batch is requested when the last one has been sent. An error
 * becomes the message `failed`; when the reader disconnects, the signal passed to `produce` fires.
 */
export function streamMessages<Item, Progress = never, Result = undefined>(
  request: Request,
  produce: (abortSignal: AbortSignal) => AsyncIterable<MessageBatch<Item, Progress, Result>>,
): Response {
  const gone = new AbortController();
  const abortSignal = AbortSignal.any([gone.signal, request.signal]);
  const batches = produce(abortSignal)[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  let next: Promise<Uint8Array | undefined> | undefined;
  const readChunk = async (): Promise<Uint8Array | undefined> => {
    const batch = await batches.next();
    if (batch.done === true) return undefined;
    return encoder.encode(batch.value.map((message) => `${JSON.stringify(message)}\n`).join(""));
  };
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          next ??= readChunk();
          const chunk = await waitWithSilence(next);
          if (chunk === silence) {
            controller.enqueue(encoder.encode("\n"));
            return;
          }
          next = undefined;
          if (chunk === undefined) controller.close();
          else controller.enqueue(chunk);
        } catch (error) {
          if (abortSignal.aborted) {
            controller.error(error);
            return;
          }
          const failed = { failed: describeFailure(error).failure };
          controller.enqueue(encoder.encode(`${JSON.stringify(failed)}\n`));
          controller.close();
        }
      },
      cancel() {
        gone.abort();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { headers: { "content-type": "application/x-ndjson; charset=utf-8" } });
}

const silence = Symbol("silence");

/** Waits for the promise. Returns `silence` if that takes too long. */
async function waitWithSilence<T>(promise: Promise<T>): Promise<T | typeof silence> {
  let timer: NodeJS.Timeout | undefined;
  const waited = new Promise<typeof silence>((resolve) => {
    timer = setTimeout(resolve, silenceMs, silence);
  });
  try {
    return await Promise.race([promise, waited]);
  } finally {
    clearTimeout(timer);
  }
}
