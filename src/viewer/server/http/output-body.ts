import type { Readable } from "node:stream";
import { ViewerError } from "./viewer-error.js";

/**
 * A stream of the store as a body, read no faster than its reader takes it. Exactly so many bytes, or the body fails: an
 * answer must not look whole where it is not. When the reader goes away, the request to the store ends.
 */
export function outputBody(source: Readable, countBytes: number): ReadableStream<Uint8Array> {
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
        if (missingBytes !== 0) throw changedMeanwhile();
        controller.close();
      },
      cancel() {
        source.destroy();
      },
    },
    { highWaterMark: 0 },
  );
}

function changedMeanwhile(): ViewerError {
  return new ViewerError(412, "OutputChanged", "The output was replaced while it was being read.", {
    hint: { action: "reopen" },
  });
}
