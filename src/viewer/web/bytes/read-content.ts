import {
  addresses,
  decodedEnd,
  type OutputItem,
  unpackedLimitBytes,
  type ViewerFailure,
} from "../../protocol/index.js";
import { request, type RequestOptions } from "../api/client.js";
import { RequestError } from "../api/failure.js";
import { readBody } from "../api/fetch-answer.js";
import type { ByteSource } from "./byte-source.js";
import { isGzip, type Unpacked, unpackGzip } from "./unpack-gzip.js";

/** The decoded beginning of a content. */
export interface DecodedContent extends Unpacked {
  /** The content codings that were removed, such as `gzip`. */
  readonly codings: readonly string[];
  /** With which the server can search it; absent if it cannot. */
  readonly unpack?: "stored" | "gzip" | undefined;
}

/** Encoded content of which nothing can be decoded. */
export interface UndecodedContent {
  readonly failure: ViewerFailure;
}

/**
 * Decodes the content of an output, or of a file in it, up to {@link unpackedLimitBytes}: the content codings that are stored with it, and
 * gzip files. Returns `undefined` for bytes that are not encoded.
 *
 * @param output - Absent for a file that has no content encoding of its own.
 */
export async function readContent(
  stored: ByteSource,
  head: Uint8Array,
  output: OutputItem | undefined,
  options: RequestOptions,
): Promise<DecodedContent | UndecodedContent | undefined> {
  const { codings = [] } = output ?? {};
  // Some programs set the encoding gzip for content that is not encoded.
  if (output === undefined || codings.length === 0 || (codings.length === 1 && codings[0] === "gzip"))
    return await unpack(stored, head, options);
  try {
    return { ...(await requestDecoded(output, options)), codings, unpack: "stored" };
  } catch (error) {
    if (!(error instanceof RequestError) || error.failure.code !== "ContentNotDecoded") throw error;
    return { failure: error.failure };
  }
}

async function unpack(
  stored: ByteSource,
  head: Uint8Array,
  options: RequestOptions,
): Promise<DecodedContent | undefined> {
  const unpacked = isGzip(head) ? await unpackGzip(stored, unpackedLimitBytes, options) : undefined;
  return unpacked && { ...unpacked, codings: ["gzip"], unpack: "gzip" };
}

/** Browsers do not decode all codings, so that the server does. */
async function requestDecoded(
  { container, blobName }: OutputItem,
  options: RequestOptions,
): Promise<Unpacked> {
  const address = addresses.decodedContent(container, blobName);
  const answer = await request(address, { signal: options.abortSignal ?? null });
  const bytes = await readBody(answer);
  return { bytes: bytes.subarray(0, -1), isPart: bytes.at(-1) !== decodedEnd.whole };
}
