import type { OutputFileReference } from "../../../outputs/index.js";
import type { ArchiveEnd, ArchiveEntry } from "../../protocol/index.js";
import { findEntry, maxEntries, openArchive, parseArchiveFormat } from "../archive/open-archive.js";
import { formatContentDisposition } from "../http/content-disposition.js";
import { chooseSentType } from "../http/content-types.js";
import { streamMessages } from "../http/message-stream.js";
import { createOutputBody } from "../http/output-body.js";
import { contentPolicy } from "../http/policies.js";
import { createBadRequestError } from "../http/viewer-error.js";

/** The number of entries in one message. */
const batchSize = 200;

/** GET stream of the entries of a zip or tar file: `?format=zip`, `tar` or `tgz`. */
export function streamArchive(request: Request, output: OutputFileReference): Response {
  const format = parseArchiveFormat(new URL(request.url).searchParams);
  return streamMessages<ArchiveEntry, never, ArchiveEnd>(request, async function* (abortSignal) {
    await using archive = await openArchive(output, format, abortSignal);
    let count = 0;
    let batch: { readonly item: ArchiveEntry }[] = [];
    for (;;) {
      const next = await archive.entries.next();
      if (next.done === true) {
        yield [...batch, { end: { isPart: next.value } }];
        return;
      }
      if (count === maxEntries || archive.isExhausted()) {
        yield [...batch, { end: { isPart: true } }];
        return;
      }
      batch.push({ item: next.value.entry });
      count += 1;
      if (batch.length < batchSize) continue;
      yield batch;
      batch = [];
    }
  });
}

/** GET the content of a file in an archive: `?entry=<its path>`, and `&format=` as in {@link streamArchive}; `&download`. */
export async function sendArchiveEntry(request: Request, output: OutputFileReference): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const path = searchParams.get("entry");
  if (path === null || path === "") throw createBadRequestError("entry", "must be the path of a file");
  const archive = await openArchive(output, parseArchiveFormat(searchParams), request.signal);
  try {
    const { entry, open } = await findEntry(archive, path);
    const content = await open();
    content.once("close", () => {
      // The content was sent, or its own error was reported.
      archive[Symbol.asyncDispose]().then(undefined, () => undefined);
    });
    const { type, isOpenable } = chooseSentType(path, undefined);
    const isAttached = !isOpenable || searchParams.has("download");
    return new Response(createOutputBody(content, entry.size), {
      headers: {
        "cache-control": "private, no-cache",
        "content-disposition": formatContentDisposition(isAttached ? "attachment" : "inline", path),
        "content-length": String(entry.size),
        "content-security-policy": contentPolicy,
        "content-type": type,
      },
    });
  } catch (error) {
    await archive[Symbol.asyncDispose]();
    throw error;
  }
}
