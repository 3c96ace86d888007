import { Readable } from "node:stream";
import type { OutputFileReference } from "../../../outputs/index.js";
import { type ArchiveEntry, unpackedLimitBytes } from "../../protocol/index.js";
import { createBadRequestError, createNotFoundError, ViewerError } from "../http/viewer-error.js";
import { openStoredBytes, type SearchedBytes, unpackBytes } from "../search/searched-bytes.js";
import { type ByteReader, RangeReader, StreamReader } from "./byte-reader.js";
import { findTarEntries } from "./tar-entries.js";
import { findZipEntries } from "./zip-entries.js";

/** The maximum number of entries that are listed. */
export const maxEntries = 10_000;
/** The maximum number of requests to the store: a tar file has no directory, so each large file in it needs one. */
const maxRequests = 500;
const zipWindowBytes = 256 * 1024;
const tarWindowBytes = 64 * 1024;
const archiveFormats = ["zip", "tar", "tgz"] as const;

type ArchiveFormat = (typeof archiveFormats)[number];

/** An entry of any archive. */
export interface FoundEntry {
  readonly entry: ArchiveEntry;
  readonly open: () => Promise<Readable>;
}

/** An archive that is being read. */
export interface OpenArchive extends AsyncDisposable {
  readonly entries: AsyncGenerator<FoundEntry, boolean>;
  /** Whether finding more would need too many requests. */
  readonly isExhausted: () => boolean;
}

/** Finds the first file of a path, among the entries that are listed. */
export async function findEntry({ entries, isExhausted }: OpenArchive, path: string): Promise<FoundEntry> {
  for (let count = 0; count < maxEntries; count += 1) {
    const next = await entries.next();
    if (next.done === true || isExhausted()) break;
    if (next.value.entry.path === path && !next.value.entry.isFolder) return next.value;
  }
  throw createNotFoundError("There is no such file in the archive.");
}

/** Opens a file in an archive for searching: it is unpacked from its start, whatever the offset. */
export async function openEntryBytes(
  output: OutputFileReference,
  format: ArchiveFormat,
  path: string,
  abortSignal: AbortSignal,
): Promise<SearchedBytes> {
  await using listed = await openArchive(output, format, abortSignal);
  const { entry } = await findEntry(listed, path);
  return {
    totalBytes: entry.size,
    read: async (offset, readSignal) =>
      readEntry(await openArchive(output, format, readSignal), path, offset),
  };
}

async function* readEntry(
  opened: OpenArchive,
  path: string,
  offset: number,
): AsyncGenerator<Uint8Array, undefined> {
  await using archive = opened;
  const { open } = await findEntry(archive, path);
  let position = 0;
  for await (const chunk of (await open()) as AsyncIterable<Uint8Array>) {
    const skipped = Math.max(0, offset - position);
    if (skipped < chunk.length) yield chunk.subarray(skipped);
    position += chunk.length;
  }
  return undefined;
}

/** Parses `format=`: `zip`, `tar`, or `tgz` for a packed tar file. */
export function parseArchiveFormat(searchParams: URLSearchParams): ArchiveFormat {
  const format = archiveFormats.find((known) => known === searchParams.get("format"));
  if (format === undefined) throw createBadRequestError("format", `must be ${archiveFormats.join(" or ")}`);
  return format;
}

/** Opens an archive to go through its entries. */
export async function openArchive(
  output: OutputFileReference,
  format: ArchiveFormat,
  abortSignal: AbortSignal,
): Promise<OpenArchive> {
  if (format === "tgz") {
    const stored = await openStoredBytes(output, abortSignal);
    const stream = new StreamReader(await unpackBytes(stored, "gzip").read(0, abortSignal));
    return {
      entries: findFilesInTar(stream, unpackedLimitBytes),
      isExhausted: () => false,
      [Symbol.asyncDispose]: async () => {
        await stream.close();
      },
    };
  }
  const known = await output.getProperties({ abortSignal });
  const windowBytes = format === "zip" ? zipWindowBytes : tarWindowBytes;
  const ranges = new RangeReader(output, known, abortSignal, windowBytes);
  const entries = format === "zip" ? findZipEntries(ranges, known.size) : findFilesInTar(ranges);
  return {
    entries,
    isExhausted: () => ranges.requestCount > maxRequests,
    [Symbol.asyncDispose]: async () => {
      await entries.return(true);
    },
  };
}

async function* findFilesInTar(
  bytes: ByteReader,
  limitBytes = Infinity,
): AsyncGenerator<FoundEntry, boolean> {
  const entries = findTarEntries(bytes);
  for (;;) {
    const next = await entries.next();
    if (next.done === true) return next.value;
    const { entry, position } = next.value;
    const open = async (): Promise<Readable> => {
      if (position + entry.size > limitBytes) throw createTooFarError(limitBytes);
      return await Promise.resolve(Readable.from(bytes.stream(position, entry.size), { objectMode: false }));
    };
    yield { entry, open };
  }
}

function createTooFarError(limitBytes: number): ViewerError {
  const limit = limitBytes / (1024 * 1024);
  return new ViewerError(
    422,
    "NotUnpacked",
    `The file ends after the first ${limit} MiB of the packed archive, which is as far as it is unpacked.`,
    { hint: { action: "download" } },
  );
}
