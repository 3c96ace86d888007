import type { AbortSignalLike } from "@azure/abort-controller";
import { hasCode } from "../errors/has-code.js";
import { raceWithAbort } from "./abort.js";

/** A request of the Azure SDK, structurally: core depends on none of its HTTP packages. */
export interface TextRequest {
  abortSignal?: AbortSignalLike;
  onDownloadProgress?: (progress: { loadedBytes: number }) => void;
  streamResponseStatusCodes?: Set<number>;
}

/** The answer to it. */
export interface TextAnswer {
  bodyAsText?: string | null;
  readableStreamBody?: NodeJS.ReadableStream;
  /** Of an HTTP client that uses `fetch`. */
  blobBody?: Promise<Blob>;
}

/** An answer with any status has its body as a stream. */
const everyStatus: ReadonlySet<number> & Set<number> = new Set([Number.POSITIVE_INFINITY]);

/**
 * Sends a request, and reads the text of its answer, unless the answer is to be a stream. The HTTP client of the Azure SDK
 * waits for ever if an answer breaks off while it reports progress or decompresses: the streams in between get no error. Here
 * the error of the connection is thrown with the code `ECONNRESET`, and the abort signal ends every wait.
 */
export async function receiveText<Request extends TextRequest, Answer extends TextAnswer>(
  request: Request,
  next: (request: Request) => Promise<Answer>,
): Promise<Answer> {
  const { abortSignal, onDownloadProgress, streamResponseStatusCodes } = request;
  const isStreamed = streamResponseStatusCodes !== undefined && streamResponseStatusCodes.size > 0;
  if (!isStreamed)
    Object.assign(request, { onDownloadProgress: undefined, streamResponseStatusCodes: everyStatus });
  const receive = async (): Promise<Answer> => {
    const answer = await next(request);
    return isStreamed ? answer : await takeText(answer, onDownloadProgress);
  };
  try {
    return await (abortSignal === undefined ? receive() : raceWithAbort(receive(), abortSignal));
  } catch (error) {
    // So the HTTP client reports an answer that broke off while it read the text.
    throw hasCode(error, "PARSE_ERROR") ? createCutOffError(error) : error;
  } finally {
    Object.assign(request, { onDownloadProgress, streamResponseStatusCodes });
  }
}

async function takeText<Answer extends TextAnswer>(
  answer: Answer,
  onProgress: TextRequest["onDownloadProgress"],
): Promise<Answer> {
  const { readableStreamBody, blobBody } = answer;
  const body = readableStreamBody ?? (await blobBody)?.stream();
  if (body === undefined) return answer;
  delete answer.readableStreamBody;
  delete answer.blobBody;
  const chunks: Uint8Array[] = [];
  let loadedBytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<string | Uint8Array>) {
      const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
      chunks.push(bytes);
      loadedBytes += bytes.length;
      onProgress?.({ loadedBytes });
    }
  } catch (error) {
    throw createCutOffError(error);
  }
  answer.bodyAsText = Buffer.concat(chunks).toString("utf8");
  return answer;
}

/** The code is that of a connection that broke, so that the request is repeated. */
function createCutOffError(cause: unknown): Error & { readonly code: "ECONNRESET" } {
  return Object.assign(new Error("The answer was cut off.", { cause }), { code: "ECONNRESET" as const });
}
