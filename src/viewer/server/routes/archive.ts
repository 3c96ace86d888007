import type { OutputFileReference } from "../../../outputs/index.js";
import type { ArchiveEntry, ArchiveEnd } from "../../protocol/index.js";
import { RangeReader, StreamReader } from "../archive/byte-reader.js";
import { listTarEntries } from "../archive/tar-entries.js";
import { listZipEntries } from "../archive/zip-entries.js";
import { streamMessages } from "../http/message-stream.js";
import { createBadRequestError } from "../http/viewer-error.js";
import { openStoredBytes, unpackBytes } from "../search/searched-bytes.js";

/** The maximum number of entries that are listed. */
const maxEntries = 10_000;
/** The maximum number of requests to the store: a tar file has no directory, so each large file in it needs one. */
const maxRequests = 500;
const zipWindowBytes = 256 * 1024;
const tarWindowBytes = 64 * 1024;
/** The number of entries in one message. */
const batchSize = 200;

/** GET stream of the entries of a zip or tar file: `?format=zip`, `?format=tar`, and `&unpack=gzip` for a packed tar file. */
export function streamArchive(request: Request, output: OutputFileReference): Response {
  const { searchParams } = new URL(request.url);
  const format = searchParams.get("format");
  if (format !== "zip" && format !== "tar") throw createBadRequestError("format", "must be zip or tar");
  const unpack = searchParams.get("unpack");
  if (unpack !== null && (unpack !== "gzip" || format !== "tar"))
    throw createBadRequestError("unpack", "must be gzip, and only for tar");
  return streamMessages<ArchiveEntry, never, ArchiveEnd>(request, async function* (abortSignal) {
    const known = await output.getProperties({ abortSignal });
    const ranges = new RangeReader(
      output,
      known,
      abortSignal,
      format === "zip" ? zipWindowBytes : tarWindowBytes,
    );
    const stream = unpack === null ? undefined : new StreamReader(await openUnpacked(output, abortSignal));
    const entries = format === "zip" ? listZipEntries(ranges, known.size) : listTarEntries(stream ?? ranges);
    try {
      let count = 0;
      let batch: { readonly item: ArchiveEntry }[] = [];
      for (;;) {
        const next = await entries.next();
        if (next.done === true) {
          yield [...batch, { end: { isPart: next.value } }];
          return;
        }
        if (count === maxEntries || ranges.requestCount > maxRequests) {
          yield [...batch, { end: { isPart: true } }];
          return;
        }
        batch.push({ item: next.value });
        count += 1;
        if (batch.length < batchSize) continue;
        yield batch;
        batch = [];
      }
    } finally {
      await entries.return(true);
      await stream?.close();
    }
  });
}

async function openUnpacked(
  output: OutputFileReference,
  abortSignal: AbortSignal,
): Promise<AsyncIterable<Uint8Array>> {
  return await unpackBytes(await openStoredBytes(output, abortSignal)).read(0, abortSignal);
}
