import type { Readable } from "node:stream";
import { ViewerError } from "./viewer-error.js";

/**
 * Converts a stream of the store to a body, read at the speed of its reader. The body fails unless the stream has
 * exactly this length, so that an incomplete answer does not look complete. When the reader disconnects, the request to
 * the store ends.
 */
export function createOutputBody(source: Readable, countBytes: number): ReadableStream<Uint8Array> {
  const chunks = source[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  let missingBytes = countBytes;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await chunks.next();
        if (chunk.done !== true) {
          missingBytes -= chunk.value.length;
          controller.enqueue(chunk.value);
          return;
        }
        if (missingBytes !== 0) throw createChangedError();
        controller.close();
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

function createChangedError(): ViewerError {
  return new ViewerError(412, "OutputChanged", "The output was replaced while it was being read.", {
    hint: { action: "reopen" },
  });
}
