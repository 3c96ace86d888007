import type { OutputFileProperties, OutputFileReference } from "../../../outputs/index.js";
import { type ByteRange, parseByteRange } from "../http/byte-range.js";
import { formatContentDisposition } from "../http/content-disposition.js";
import { isHtml, chooseSentType } from "../http/content-types.js";
import { frameLimitBytes } from "../../protocol/index.js";
import { removeLinks } from "../http/html-frame.js";
import { createOutputBody } from "../http/output-body.js";
import { contentPolicy, framePolicy } from "../http/policies.js";
import { createUnsatisfiableResponse } from "../http/unsatisfiable.js";
import { ViewerError } from "../http/viewer-error.js";

/** GET or HEAD a blob's bytes, with `Range`, `If-Range`, `If-Match` and `If-None-Match`; `?download`, `?frame`. */
export async function sendContent(request: Request, output: OutputFileReference): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const known = await output.getProperties({ abortSignal: request.signal });
  const version = known.version ?? "";
  const headers = createHeaders(output, known, searchParams.has("download"));
  const ifMatch = request.headers.get("if-match");
  if (ifMatch !== null && !includesETag(ifMatch, version)) throw createReplacedError();
  // The ETag of a growing log does not change, so that a cached answer may be outdated.
  const isGrowing = known.blobType === "AppendBlob";
  if (!isGrowing && includesETag(request.headers.get("if-none-match") ?? "", version))
    return new Response(null, {
      status: 304,
      headers: { etag: version, "cache-control": "private, no-cache" },
    });
  if (searchParams.has("frame")) return await sendFrame(request, output, known, headers);
  const range = chooseRange(request, known.size, version);
  if (range === "unsatisfiable") return createUnsatisfiableResponse(known.size, headers);
  const status = range ? 206 : 200;
  const { first, last } = range ?? { first: 0, last: known.size - 1 };
  headers.set("content-length", String(last - first + 1));
  if (range) headers.set("content-range", `bytes ${first}-${last}/${known.size}`);
  if (request.method === "HEAD") return new Response(null, { status, headers });
  return new Response(await openBody(request, output, known, { first, last }), { status, headers });
}

/** Returns the range of a GET. If `If-Range` is for another version, all of this one is sent. */
function chooseRange(
  request: Request,
  size: number,
  version: string,
): ByteRange | "unsatisfiable" | undefined {
  if (request.method !== "GET") return undefined;
  const ifRange = request.headers.get("if-range");
  if (ifRange !== null && ifRange !== version) return undefined;
  return parseByteRange(request.headers.get("range"), size);
}

/** Opens the bytes of the version whose properties were read. Throws `OutputChanged` if it has been replaced. */
async function openBody(
  request: Request,
  output: OutputFileReference,
  { version }: OutputFileProperties,
  { first, last }: ByteRange,
): Promise<ReadableStream<Uint8Array>> {
  const count = last - first + 1;
  const abortSignal = request.signal;
  const source = await output.openRead({ offset: first, count, abortSignal, expectedVersion: version });
  return createOutputBody(source, count);
}

function createHeaders(
  output: OutputFileReference,
  known: OutputFileProperties,
  isDownload: boolean,
): Headers {
  const { type, isOpenable } = chooseSentType(output.filePath, known.contentType);
  const disposition = isOpenable && !isDownload ? "inline" : "attachment";
  const headers = new Headers({
    "accept-ranges": "bytes",
    "cache-control": "private, no-cache",
    "content-disposition": formatContentDisposition(disposition, output.filePath),
    "content-security-policy": contentPolicy,
    "content-type": type,
  });
  if (known.version !== undefined) headers.set("etag", known.version);
  if (known.lastModified) headers.set("last-modified", known.lastModified.toUTCString());
  return headers;
}

/** Sends HTML for a sandboxed frame, truncated if it is long. */
async function sendFrame(
  request: Request,
  output: OutputFileReference,
  known: OutputFileProperties,
  headers: Headers,
): Promise<Response> {
  if (!isHtml(output.filePath, known.contentType))
    throw new ViewerError(415, "NotDisplayed", "Only HTML is shown in a frame.");
  headers.set("content-type", "text/html; charset=utf-8");
  headers.set("content-disposition", formatContentDisposition("inline", output.filePath));
  headers.set("content-security-policy", framePolicy);
  headers.delete("accept-ranges");
  if (request.method === "HEAD") return new Response(null, { headers });
  const last = Math.min(known.size, frameLimitBytes) - 1;
  const body = await openBody(request, output, known, { first: 0, last });
  return new Response(body.pipeThrough(removeLinks()), { headers });
}

/** Whether a list of ETags contains this one, or "*". */
function includesETag(list: string, version: string): boolean {
  const tags = list.split(",").map((tag) => tag.trim());
  return tags.includes("*") || (version !== "" && tags.includes(version));
}

function createReplacedError(): ViewerError {
  return new ViewerError(412, "OutputChanged", "The output was replaced after it was opened.", {
    hint: { action: "reopen" },
  });
}
