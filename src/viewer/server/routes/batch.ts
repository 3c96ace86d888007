import { fetchJobId, type JobOutputStorage } from "../../../outputs/index.js";
import type { NodeFileItem } from "../../protocol/index.js";
import { parseByteRange } from "../http/byte-range.js";
import { formatContentDisposition } from "../http/content-disposition.js";
import { chooseSentType } from "../http/content-types.js";
import { streamMessages } from "../http/message-stream.js";
import type { ViewerBatch } from "../store/options.js";
import { createOutputBody } from "../http/output-body.js";
import { contentPolicy } from "../http/policies.js";
import { createUnsatisfiableResponse } from "../http/unsatisfiable.js";
import { createNotFoundError } from "../http/viewer-error.js";
import type { SearchedBytes } from "../search/searched-bytes.js";

/** GET stream of the files of a task on its node. */
export function streamNodeFiles(
  request: Request,
  batch: ViewerBatch,
  job: JobOutputStorage,
  taskId: string,
): Response {
  return streamMessages<NodeFileItem>(request, async function* (abortSignal) {
    const jobId = await requireJobId(job, abortSignal);
    const listing = batch.listTaskFiles(jobId, taskId, { abortSignal, recursive: true });
    for await (const page of listing.byPage()) {
      const files = page.filter(({ isDirectory }) => !isDirectory);
      yield files.map(({ name, size, lastModified, contentType }) => ({
        item: {
          path: name,
          size,
          ...(lastModified === undefined ? {} : { lastModified }),
          ...(contentType === undefined ? {} : { contentType }),
        },
      }));
    }
    yield [{ end: true }];
  });
}

/**
 * GET or HEAD a file on a task's node, with `Range`; sent like a blob with this name, so that no browser runs it;
 * `?download`.
 */
export async function sendNodeFile(
  request: Request,
  batch: ViewerBatch,
  job: JobOutputStorage,
  taskId: string,
  path: string,
): Promise<Response> {
  requireBelow(path);
  const abortSignal = request.signal;
  const jobId = await requireJobId(job, abortSignal);
  const { size, lastModified } = await batch.getTaskFileProperties(jobId, taskId, path, { abortSignal });
  const { type, isOpenable } = chooseSentType(path, undefined);
  const isAttached = !isOpenable || new URL(request.url).searchParams.has("download");
  const headers = new Headers({
    "accept-ranges": "bytes",
    "content-disposition": formatContentDisposition(isAttached ? "attachment" : "inline", path),
    "content-security-policy": contentPolicy,
    "content-type": type,
  });
  if (lastModified !== undefined) headers.set("last-modified", new Date(lastModified).toUTCString());
  const range = request.method === "GET" ? parseByteRange(request.headers.get("range"), size) : undefined;
  if (range === "unsatisfiable") return createUnsatisfiableResponse(size, headers);
  const { first, last } = range ?? { first: 0, last: size - 1 };
  const count = last - first + 1;
  headers.set("content-length", String(count));
  if (range) headers.set("content-range", `bytes ${first}-${last}/${size}`);
  const status = range ? 206 : 200;
  if (request.method === "HEAD") return new Response(null, { status, headers });
  const source = await batch.openTaskFile(jobId, taskId, path, { offset: first, count, abortSignal });
  return new Response(createOutputBody(source, count), { status, headers });
}

/** A file on a task's node. */
export interface NodeFileName {
  readonly taskId: string;
  readonly path: string;
}

/** Opens a file on a task's node for searching. */
export async function openNodeBytes(
  batch: ViewerBatch,
  job: JobOutputStorage,
  { taskId, path }: NodeFileName,
  abortSignal: AbortSignal,
): Promise<SearchedBytes> {
  requireBelow(path);
  const jobId = await requireJobId(job, abortSignal);
  const { size: totalBytes } = await batch.getTaskFileProperties(jobId, taskId, path, { abortSignal });
  return {
    totalBytes,
    read: async (offset, readSignal) =>
      await batch.openTaskFile(jobId, taskId, path, {
        offset,
        count: totalBytes - offset,
        abortSignal: readSignal,
      }),
  };
}

function requireBelow(path: string): void {
  if (path.split(/[\\/]/).some((segment) => segment === ".." || segment === "."))
    throw createNotFoundError("The address names no file below the task's folder.");
}

export async function requireJobId(job: JobOutputStorage, abortSignal: AbortSignal): Promise<string> {
  const jobId = job.jobId ?? (await fetchJobId(job.storeContainer, { abortSignal }));
  if (jobId !== undefined) return jobId;
  throw createNotFoundError(
    "The job of this container is not known: the container's name is a digest of the job's id, and another program created it.",
  );
}
