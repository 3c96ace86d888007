import { addresses, type OutputItem } from "../../../protocol.js";
import { getJson, type RequestOptions } from "../../api/client.js";
import { headersOf } from "../../api/headers-of.js";
import { PartsSource } from "../../bytes/parts-source.js";
import type { Readable } from "../../address/readable.js";
import { type ByteSource, readRange } from "../../bytes/byte-source.js";

/** A file that is shown: what is known of it, and a way to its bytes. */
export interface OpenFile {
  /** The name with its folders. */
  readonly path: string;
  readonly size: number;
  /** As it is stored; nothing is stored with a file on a node. */
  readonly contentType?: string | undefined;
  /** Where its bytes are, for `<img>`, downloads and frames. */
  readonly address: string;
  readonly source: ByteSource;
  /** Its first bytes. */
  readonly head: Uint8Array;
  /** Present for what is saved. */
  readonly output?: OutputItem;
}

const headBytes = 4096;

/** Asks what a file is, and for its first bytes: two requests, however large it is. */
export async function openFile(readable: Readable, options: RequestOptions): Promise<OpenFile> {
  return readable.source === "saved"
    ? await openOutput(readable.container, readable.blobName, options)
    : await openNodeFile(readable.container, readable.taskId, readable.path, options);
}

async function openOutput(container: string, blobName: string, options: RequestOptions): Promise<OpenFile> {
  const output = await getJson<OutputItem>(addresses.properties(container, blobName), options);
  const { path, size, contentType, etag } = output;
  const address = addresses.content(container, blobName);
  const source = new PartsSource([{ address, size, etag }]);
  const head = await source.read({ start: 0, end: Math.min(headBytes, size) }, options);
  return { path, size, contentType, address, source, head, output };
}

async function openNodeFile(
  container: string,
  taskId: string,
  path: string,
  options: RequestOptions,
): Promise<OpenFile> {
  const address = addresses.nodeFile(container, taskId, path);
  const size = Number((await headersOf(address, options)).get("content-length") ?? 0);
  const { bytes: head } = await readRange(address, { start: 0, end: Math.min(headBytes, size) }, options);
  return { path, size, address, source: new PartsSource([{ address, size }]), head };
}
