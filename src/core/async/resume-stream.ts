import type { Readable } from "node:stream";
import type { AbortSignalLike } from "@azure/abort-controller";
import { throwIfAborted } from "./abort.js";
import { createUnansweredError } from "../errors/unanswered-error.js";

/** How often a stream may break. Each policy is a constant next to its use. */
export interface ResumePolicy {
  /** Consecutive breaks with less than `progressBytes` between them. */
  readonly maxBreaks: number;
  readonly progressBytes: number;
}

/** For reading from a service: up to six connections without 1 MiB of progress. */
export const usualResumePolicy: ResumePolicy = { maxBreaks: 5, progressBytes: 1024 * 1024 };

/** How a stream is resumed. */
export interface ResumeOptions {
  /** The position of the first byte. */
  readonly start: number;
  /** The position after the last byte; `undefined` if unknown: then the stream cannot be resumed. */
  readonly end: number | undefined;
  /** Opens the same content at a position. Its error ends the reading. */
  readonly reopen: (position: number) => Promise<AsyncIterable<Uint8Array>>;
  /** The error for a stream that keeps breaking. */
  readonly createError: (missingBytes: number | undefined, cause: unknown) => Error;
  readonly policy?: ResumePolicy;
  readonly abortSignal?: AbortSignalLike | undefined;
}

/**
 * Reads a stream to its end. If it breaks or ends too early, it is opened again at the first missing byte, so every byte is
 * returned once.
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
 * Reads a stream that has to make progress: if the next chunk takes too long, the stream is destroyed with `ETIMEDOUT`. The time
 * that the caller needs for a chunk does not count.
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
      // Data that arrived while the process was busy is read before the check phase.
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
