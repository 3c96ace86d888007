import { hasCode } from "../../../core/index.js";
import { decodeContent, type OutputFileReference, splitContentEncoding } from "../../../outputs/index.js";
import { decodedEnd, unpackedLimitBytes } from "../../protocol/index.js";
import { contentPolicy } from "../http/policies.js";

/**
 * GET the beginning of an output's content, decoded. Whether it is whole is known only at its end, so that the last byte tells it.
 * It is decoded as it is read.
 */
export async function sendDecodedContent(request: Request, output: OutputFileReference): Promise<Response> {
  const abortSignal = request.signal;
  const known = await output.getProperties({ abortSignal });
  const { size: count, version: expectedVersion, contentEncoding } = known;
  const stored = await output.openRead({ count, abortSignal, expectedVersion });
  const content = takeStart(decodeContent(stored, splitContentEncoding(contentEncoding)));
  try {
    // What cannot be decoded at all is an error.
    const first = await content.next();
    return new Response(createBody(first, content), {
      headers: {
        "cache-control": "private, no-cache",
        "content-disposition": "attachment",
        "content-security-policy": contentPolicy,
        "content-type": "application/octet-stream",
      },
    });
  } catch (error) {
    stored.destroy();
    throw error;
  }
}

/** Yields the content up to the limit, and the last byte. Throws only if nothing was decoded. */
async function* takeStart(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  let length = 0;
  let end: number = decodedEnd.whole;
  try {
    for await (const part of content) {
      const taken = part.subarray(0, unpackedLimitBytes - length);
      length += taken.length;
      if (taken.length > 0) yield taken;
      if (taken.length === part.length) continue;
      end = decodedEnd.long;
      break;
    }
  } catch (error) {
    if (length === 0 || !hasCode(error, "ContentNotDecoded")) throw error;
    end = decodedEnd.damaged;
  }
  yield Uint8Array.of(end);
  return undefined;
}

function createBody(
  first: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): ReadableStream<Uint8Array> {
  let next: IteratorResult<Uint8Array> | undefined = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const step = next ?? (await rest.next());
        next = undefined;
        if (step.done === true) controller.close();
        else controller.enqueue(step.value);
      },
      async cancel() {
        await rest.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
}
