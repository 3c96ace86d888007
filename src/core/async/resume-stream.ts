import type { Readable } from "node:stream";
import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "./abort.js";
import { createUnansweredError } from "../errors/unanswered-error.js";

/** How often a stream may break. Each policy is a constant beside its use. */
export interface ResumePolicy {
  /** Breaks in a row, with less than `progressBytes` between two of them. */
  readonly maxBreaks: number;
  readonly progressBytes: number;
}

/** For reading bytes from a service: six connections, unless a MiB came in between. */
export const usualResumePolicy: ResumePolicy = { maxBreaks: 5, progressBytes: 1024 * 1024 };

/** How a stream is resumed. */
export interface ResumeOptions {
  /** The position of the first byte. */
  readonly start: number;
  /** The position after the last byte; `undefined` where nobody knows it: then the stream cannot be resumed. */
  readonly end: number | undefined;
  /** Opens the same content from a position on. Its error ends the reading. */
  readonly reopen: (position: number) => Promise<AsyncIterable<Uint8Array>>;
  /** The error for a stream that keeps breaking. */
  readonly createError: (missingBytes: number | undefined, cause: unknown) => Error;
  readonly policy?: ResumePolicy;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/**
 * Reads a stream to its end. Where it breaks, or ends too soon, it is opened again at the first byte that is missing:
 * every byte comes once.
 */
export async function* resumeStream(
  first: AsyncIterable<Uint8Array>,
  options: ResumeOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { start, end, reopen, createError, policy = usualResumePolicy, abortSignal } = options;
  let position = start;
  let progressAt = start + policy.progressBytes;
  let body = first;
  for (let breaks = 0; ; breaks += 1) {
    let cause: unknown;
    try {
      for await (const chunk of body) {
        position += chunk.length;
        yield chunk;
      }
      if (end === undefined) return;
    } catch (error) {
      throwIfAborted(abortSignal);
      cause = error;
    }
    if (end !== undefined && position >= end) return;
    if (position >= progressAt) breaks = 0;
    if (end === undefined || breaks >= policy.maxBreaks)
      throw createError(end === undefined ? undefined : end - position, cause);
    progressAt = position + policy.progressBytes;
    body = await reopen(position);
  }
}

/**
 * The chunks of a stream that has to make progress: when a reader waits so long for the next one, the stream is destroyed
 * with an `ETIMEDOUT`. The time that the reader itself takes does not count.
 */
export async function* readWithTimeout(
  stream: Readable,
  timeoutInMs: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  const iterator = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array, unknown>;
  try {
    for (;;) {
      const wait = { isOver: false };
      const destroy = (): void => {
        if (!wait.isOver) stream.destroy(createUnansweredError(timeoutInMs));
      };
      // What arrived while the process was busy is read before the check phase.
      const timer = setTimeout(() => setImmediate(destroy), timeoutInMs);
      const result = await iterator.next().finally(() => {
        wait.isOver = true;
        clearTimeout(timer);
      });
      if (result.done === true) return;
      yield result.value;
    }
  } finally {
    await iterator.return?.();
  }
}
