import type { RequestOptions } from "../../api/client.js";
import { RequestError } from "../../api/failure.js";
import { askWorker } from "../../page/ask-worker.js";
import { reading } from "../../text/reading.js";
import type { DecodedTable, DecodeRequest } from "./decode-table.js";

const text = reading.file.arrow;

/** A batch of 32 MiB takes a second or two. */
const limitInMs = 20_000;

/**
 * Decodes messages in a worker.
 *
 * @throws RequestError `NotDecoded` if the worker fails or takes too long.
 */
export async function decodeInWorker(
  request: DecodeRequest,
  { abortSignal = new AbortController().signal }: RequestOptions,
): Promise<DecodedTable> {
  const worker = new Worker(new URL("./arrow-worker.ts", import.meta.url), { type: "module" });
  return await askWorker<DecodedTable>(worker, request, {
    limitInMs,
    abortSignal,
    createError: (failure) =>
      new RequestError({
        code: "NotDecoded",
        reason: failure === "tooLong" ? text.tooLong : text.undecoded,
      }),
  });
}
