import { Readable } from "node:stream";
import { argumentTypeError } from "../../core/index.js";

/** The chunks of a source of any type. */
export interface ByteChunks {
  /** `undefined` at the end. */
  next(): Promise<unknown>;
  /** Closes the source, without waiting for a pending chunk. Never fails: errors have been thrown by `next`. */
  close(): Promise<void>;
}

/** Opens a Blob, a Node or web stream, an iterable or an async iterable; returns `undefined` for anything else. */
export function openByteChunks(data: unknown): ByteChunks | undefined {
  if (data instanceof Blob) return readWebStream(data.stream());
  if (typeof data !== "object" || data === null) return undefined;
  if (isWebStream(data)) return readWebStream(data);
  if (isNodeStream(data)) return readNodeStream(data);
  if (Symbol.asyncIterator in data)
    return readIterator((data as AsyncIterable<unknown>)[Symbol.asyncIterator]());
  if (Symbol.iterator in data) return readIterator((data as Iterable<unknown>)[Symbol.iterator]());
  return undefined;
}

type NodeStream = NodeJS.ReadableStream & { destroy(): unknown };

/** Checks the methods, since streams of other copies of a stream package are not instances of Node's class. */
function isNodeStream(data: object): data is NodeStream {
  return "destroy" in data && "on" in data && Symbol.asyncIterator in data;
}

function isWebStream(data: object): data is ReadableStream {
  return "getReader" in data && typeof data.getReader === "function";
}

function readNodeStream(stream: NodeStream): ByteChunks {
  const requireSomething = requireUnread(stream);
  // The stream may fail before the first chunk is requested. Without this listener that would end the process. The
  // iterator throws the error.
  stream.on("error", () => undefined);
  const iterator = stream[Symbol.asyncIterator]();
  return {
    next: async () => requireSomething(await readNextValue(iterator)),
    close: async () => {
      stream.destroy();
    },
  };
}

function readWebStream(stream: ReadableStream): ByteChunks {
  if (stream.locked) throw argumentTypeError("data", "is a stream that is locked by another reader");
  const requireSomething = requireUnread(stream);
  // A reader is used, because the stream's iterator cancels the stream only after a pending chunk.
  const reader = stream.getReader() as ReadableStreamDefaultReader<unknown>;
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return requireSomething(done ? undefined : value);
    },
    close: async () => {
      await reader.cancel().catch(() => undefined);
    },
  };
}

function readIterator(iterator: Iterator<unknown> | AsyncIterator<unknown>): ByteChunks {
  let isOwing = false;
  let isOver = false;
  return {
    async next() {
      isOwing = true;
      try {
        const value = await readNextValue(iterator);
        isOver = value === undefined;
        return value;
      } catch (error) {
        isOver = true;
        throw error;
      } finally {
        isOwing = false;
      }
    },
    async close() {
      if (isOver) return;
      // Not awaited: a generator ends only after its pending chunk, which may never arrive.
      const closed = closeIterator(iterator);
      if (!isOwing) await closed;
    },
  };
}

async function readNextValue(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<unknown> {
  const result: IteratorResult<unknown, unknown> = await iterator.next();
  return result.done === true ? undefined : (result.value ?? null);
}

async function closeIterator(iterator: Iterator<unknown> | AsyncIterator<unknown>): Promise<void> {
  await Promise.resolve()
    .then(() => iterator.return?.())
    .catch(() => undefined);
}

/**
 * Throws if the stream was already read to its end. It would look empty, and a second save would replace an output by
 * an empty one.
 */
function requireUnread(stream: NodeStream | ReadableStream): (chunk: unknown) => unknown {
  let isRead = Readable.isDisturbed(stream as NodeJS.ReadableStream);
  return (chunk) => {
    if (isRead && chunk === undefined)
      throw argumentTypeError("data", "is a stream that was already read to its end; pass a new one");
    isRead = false;
    return chunk;
  };
}
