import {
  addresses,
  type OutputItem,
  type TextEncoding,
  unpackedLimitBytes,
  type ViewerFailure,
} from "../../../protocol/index.js";
import { getJson, type RequestOptions } from "../../api/client.js";
import { fetchHeaders } from "../../api/fetch-headers.js";
import { type DecodedContent, readContent } from "../../bytes/read-content.js";
import { isGzip, type Unpacked, unpackGzip } from "../../bytes/unpack-gzip.js";
import { PartsSource } from "../../bytes/parts-source.js";
import type { SearchTarget } from "../../search/search-text.js";
import { getArchiveFormat } from "../view-kind.js";
import { detectEncoding } from "../../rows/encoding.js";
import type { ViewedFile } from "../../address/viewed-file.js";
import { type ByteSource, readRange } from "../../bytes/byte-source.js";

/** An open file: its properties, and access to its bytes. */
export interface OpenFile {
  /** The path. */
  readonly path: string;
  readonly size: number;
  /** The stored content type; files on a node have none. */
  readonly contentType?: string | undefined;
  /** The address of the content, for `<img>`, downloads and frames. */
  readonly address: string;
  readonly source: ByteSource;
  /** Its first bytes. */
  readonly head: Uint8Array;
  /** Detected from the first bytes; absent if it is not text. */
  readonly encoding: TextEncoding | undefined;
  /** Present for a saved output; absent for a file in one. */
  readonly output?: OutputItem;
  /** How the server searches it. */
  readonly search?: Omit<SearchTarget, "size" | "encoding">;
  /** For a file in an archive: the archive, and the size of the file, of which more may be stored than is read. */
  readonly archive?: { readonly output: OutputItem; readonly size: number };
  /** The path without `.gz`, for unpacked content: it determines the view. */
  readonly kindPath?: string;
  /** For decoded content: the file as it is stored. */
  readonly packed?: Pick<DecodedContent, "codings" | "isPart"> & { readonly file: OpenFile };
  /** Why its content is not shown, but the bytes that are stored. */
  readonly undecoded?: ViewerFailure;
}

const headBytes = 4096;

/**
 * Requests the properties and first bytes of a file: two requests, whatever its size. Content that is stored encoded, and gzip files, are
 * decoded up to {@link unpackedLimitBytes}.
 */
export async function openFile(viewed: ViewedFile, options: RequestOptions): Promise<OpenFile> {
  const stored = await openStored(viewed, options);
  const file =
    viewed.source === "saved" && viewed.entry !== undefined
      ? await openEntry(stored, viewed.entry, options)
      : stored;
  const content = await readContent(file.source, file.head, file.output, options);
  if (content === undefined) return file;
  if ("failure" in content) return { ...file, undecoded: content.failure };
  // A gzip file may be stored with another encoding. The server does not search both.
  const inner = isGzip(content.bytes) ? await unpackBytes(content.bytes, options) : undefined;
  return createDecodedFile(file, inner === undefined ? content : joinContents(content, inner));
}

async function unpackBytes(bytes: Uint8Array, options: RequestOptions): Promise<Unpacked | undefined> {
  const source = new PartsSource([{ bytes, size: bytes.byteLength }]);
  return await unpackGzip(source, unpackedLimitBytes, options);
}

function joinContents({ codings, isPart }: DecodedContent, inner: Unpacked): DecodedContent {
  return { bytes: inner.bytes, codings: [...codings, "gzip"], isPart: isPart || inner.isPart };
}

function createDecodedFile(file: OpenFile, { bytes, codings, isPart, unpack }: DecodedContent): OpenFile {
  const size = bytes.byteLength;
  const head = bytes.subarray(0, headBytes);
  const { search, ...stored } = file;
  return {
    ...stored,
    ...(search !== undefined &&
      unpack !== undefined && {
        search: { ...search, parameters: { ...search.parameters, unpack }, isUnpacked: true },
      }),
    kindPath: codings.includes("gzip")
      ? file.path.replace(/\.tgz$/i, ".tar").replace(/\.gz(ip)?$/i, "")
      : file.path,
    size,
    source: new PartsSource([{ bytes, size }]),
    head,
    encoding: detectEncoding(head),
    packed: { file, codings, isPart },
  };
}

async function openStored(viewed: ViewedFile, options: RequestOptions): Promise<OpenFile> {
  return viewed.source === "saved"
    ? await openOutput(viewed.container, viewed.blobName, options)
    : await openNodeFile(viewed.container, viewed.taskId, viewed.path, options);
}

async function openOutput(container: string, blobName: string, options: RequestOptions): Promise<OpenFile> {
  const output = await getJson<OutputItem>(addresses.properties(container, blobName), options);
  const { path, size, contentType, etag } = output;
  const address = addresses.content(container, blobName);
  const source = new PartsSource([{ address, size, etag }]);
  const head = await source.read({ start: 0, end: Math.min(headBytes, size) }, options);
  const search = { address: addresses.search(container, blobName) };
  return { path, size, contentType, address, source, head, encoding: detectEncoding(head), output, search };
}

/** Reads the beginning of a file in an archive, as much as is unpacked of a gzip file. */
async function openEntry(archive: OpenFile, path: string, options: RequestOptions): Promise<OpenFile> {
  const { output } = archive;
  if (output === undefined) return archive;
  const { container, blobName } = output;
  const parameters = { format: getArchiveFormat(archive.head), entry: path };
  const address = `${addresses.archiveContent(container, blobName)}?${new URLSearchParams(parameters).toString()}`;
  const { bytes, totalBytes } = await readRange(address, { start: 0, end: unpackedLimitBytes }, options);
  const head = bytes.subarray(0, headBytes);
  return {
    path,
    size: bytes.byteLength,
    address,
    source: new PartsSource([{ bytes, size: bytes.byteLength }]),
    head,
    encoding: detectEncoding(head),
    search: { address: addresses.search(container, blobName), parameters, isUnpacked: true },
    archive: { output, size: totalBytes },
  };
}

async function openNodeFile(
  container: string,
  taskId: string,
  path: string,
  options: RequestOptions,
): Promise<OpenFile> {
  const address = addresses.nodeFile(container, taskId, path);
  const size = Number((await fetchHeaders(address, options)).get("content-length") ?? 0);
  const { bytes: head } = await readRange(address, { start: 0, end: Math.min(headBytes, size) }, options);
  return {
    path,
    size,
    address,
    source: new PartsSource([{ address, size }]),
    head,
    encoding: detectEncoding(head),
    search: { address: addresses.nodeSearch(container, taskId, path) },
  };
}
