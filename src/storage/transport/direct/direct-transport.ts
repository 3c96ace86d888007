import type {
  BlockBlobCommitBlockListOptions,
  BlockBlobStageBlockOptions,
  BlockBlobUploadOptions,
} from "@azure/storage-blob";
import type { AbortSignalLike } from "@azure/abort-controller";
import { omitUndefined, type OperationOptions } from "../../../core/index.js";
import type {
  AppendedBlock,
  AppendPoint,
  BlobPages,
  BlobProperties,
  BlobTransport,
  ListedPage,
  OpenedRange,
  PageQuery,
  RangeRead,
  RangeRequestOptions,
  WrittenBlob,
} from "../contract/blob-transport.js";
import type { StoreContainer } from "../contract/store-container.js";
import { isRequestedRange } from "../contract/range-answer.js";
import { BlobTemplates } from "../list-answer/blob-template.js";
import { ListBlobsParser } from "../list-answer/list-blobs-parser.js";
import type { PageMemory } from "../list-answer/page-memory.js";
import { continueFrom } from "../sdk/first-try.js";
import { requireETag, SdkTransport } from "../sdk/sdk-transport.js";
import { copyText } from "../text/copy-text.js";
import type { Header } from "./common-headers.js";
import { type DirectRequest, getDirectSender, isSendable } from "./direct-sender.js";
import type { HttpAnswer } from "./http-answer.js";
import { formatUploadHeaders } from "./upload-headers.js";
import { readBlobProperties, readRangeAnswer } from "./read-range-answer.js";

/** Enough for 5,000 names of 1,024 characters, each with 8 KiB of metadata. */
const maxPageBytes = 128 * 1024 * 1024;

/**
 * Sends requests over its own connections if possible. If the answer has an unexpected status, or there is none, the
 * SDK continues as if it had made that try itself.
 */
export class DirectTransport implements BlobTransport {
  readonly #container: StoreContainer;
  readonly #sdk: SdkTransport;

  constructor(container: StoreContainer) {
    this.#container = container;
    this.#sdk = new SdkTransport(container);
  }

  async putBlob(name: string, body: Uint8Array, options: BlockBlobUploadOptions): Promise<WrittenBlob> {
    const headers = this.#formatUploadHeaders(options);
    const callSdk = (abortSignal: AbortSignalLike | undefined): Promise<WrittenBlob> =>
      this.#sdk.putBlob(name, body, { ...options, ...omitUndefined({ abortSignal }) });
    if (headers === undefined) return await callSdk(options.abortSignal);
    const request: DirectRequest = {
      method: "PUT",
      blobName: name,
      headers: [["x-ms-blob-type", "BlockBlob"], ...headers],
      body,
      expectedStatus: 201,
    };
    return await this.#send(request, options.abortSignal, readWrittenBlob, callSdk);
  }

  async putBlock(
    name: string,
    id: string,
    body: Uint8Array,
    options: BlockBlobStageBlockOptions,
  ): Promise<void> {
    const request: DirectRequest = {
      method: "PUT",
      blobName: name,
      query: `comp=block&blockid=${encodeURIComponent(id)}`,
      headers: [],
      body,
      expectedStatus: 201,
    };
    await this.#send<unknown>(
      request,
      options.abortSignal,
      (answer) => answer,
      (abortSignal) => this.#sdk.putBlock(name, id, body, { ...options, ...omitUndefined({ abortSignal }) }),
    );
  }

  async putBlockList(
    name: string,
    ids: readonly string[],
    options: BlockBlobCommitBlockListOptions,
  ): Promise<WrittenBlob> {
    const headers = this.#formatUploadHeaders(options);
    const callSdk = (abortSignal: AbortSignalLike | undefined): Promise<WrittenBlob> =>
      this.#sdk.putBlockList(name, ids, { ...options, ...omitUndefined({ abortSignal }) });
    if (headers === undefined) return await callSdk(options.abortSignal);
    const request: DirectRequest = {
      method: "PUT",
      blobName: name,
      query: "comp=blocklist",
      headers: [["content-type", "application/xml; charset=utf-8"], ...headers],
      body: Buffer.from(formatBlockList(ids)),
      expectedStatus: 201,
    };
    return await this.#send(request, options.abortSignal, readWrittenBlob, callSdk);
  }

  async getProperties(name: string, options: OperationOptions): Promise<BlobProperties> {
    const request: DirectRequest = { method: "HEAD", blobName: name, headers: [], expectedStatus: 200 };
    // An answer without an ETag is not from the store. The SDK then reports the error.
    const read = (answer: HttpAnswer): BlobProperties | undefined =>
      answer.getHeader("etag") === undefined ? undefined : readBlobProperties(answer);
    return await this.#send(request, options.abortSignal, read, (abortSignal) =>
      this.#sdk.getProperties(name, { ...options, abortSignal }),
    );
  }

  async appendBlock(
    name: string,
    body: Uint8Array,
    at: AppendPoint,
    options: OperationOptions,
  ): Promise<AppendedBlock> {
    const request: DirectRequest = {
      method: "PUT",
      blobName: name,
      query: "comp=appendblock",
      headers: [
        ["x-ms-blob-condition-appendpos", String(at.position)],
        ["if-match", at.etag],
      ],
      body,
      expectedStatus: 201,
    };
    return await this.#send(request, options.abortSignal, readAppendedBlock, (abortSignal) =>
      this.#sdk.appendBlock(name, body, at, { ...options, abortSignal }),
    );
  }

  async readRange(
    name: string,
    offset: number,
    target: Uint8Array,
    options: RangeRequestOptions,
  ): Promise<RangeRead> {
    const { abortSignal, ifMatch } = options;
    const range: Header = ["x-ms-range", `bytes=${offset}-${offset + target.length - 1}`];
    const request: DirectRequest = {
      method: "GET",
      blobName: name,
      headers: ifMatch === undefined ? [range] : [range, ["if-match", ifMatch]],
      expectedStatus: 206,
      maxBodyBytes: target.length,
      target,
    };
    const read = (answer: HttpAnswer): RangeRead | undefined => readRangeRead(answer, offset, target);
    return await this.#send(
      request,
      abortSignal,
      read,
      (signal) => this.#sdk.readRange(name, offset, target, { ...options, abortSignal: signal }),
      read,
    );
  }

  async openRange(
    name: string,
    offset: number,
    count: number | undefined,
    options: RangeRequestOptions,
  ): Promise<OpenedRange> {
    return await this.#sdk.openRange(name, offset, count, options);
  }

  openListing(prefix: string): BlobPages {
    const callSdk = this.#sdk.openListing(prefix);
    // The templates and the memory of one page are reused for the next one.
    const templates = new BlobTemplates();
    const spare: PageMemory[] = [];
    return {
      readPage: async (query, options) => {
        const parser = new ListBlobsParser(spare.pop(), templates, (memory) => {
          spare.push(memory);
        });
        return await this.#send<ListedPage>(
          createListRequest(prefix, query, parser),
          options.abortSignal,
          () => parser.end(),
          (abortSignal) => callSdk.readPage(query, { ...options, abortSignal }),
        );
      },
    };
  }

  #formatUploadHeaders(options: BlockBlobUploadOptions): Header[] | undefined {
    return formatUploadHeaders(options, this.#container.access.direct?.key !== undefined);
  }

  /**
   * Sends a request, and reads the expected answer, or the part of it that arrived before the connection broke. In all
   * other cases, and for answers that cannot be read, the SDK sends the request.
   */
  async #send<T>(
    request: DirectRequest,
    abortSignal: AbortSignalLike | undefined,
    read: (answer: HttpAnswer) => T | undefined,
    callSdk: (abortSignal: AbortSignalLike | undefined) => Promise<T>,
    readPartial?: (answer: HttpAnswer) => T | undefined,
  ): Promise<T> {
    const sender = isSendable(request) ? await getDirectSender(this.#container, abortSignal) : undefined;
    if (sender === undefined) return await callSdk(abortSignal);
    const sent = await sender.send(request, abortSignal);
    if (sent.kind === "other") return await continueFrom(sent.firstTry, abortSignal, callSdk);
    const result = sent.kind === "whole" ? read(sent.answer) : readPartial?.(sent.answer);
    return result ?? (await callSdk(abortSignal));
  }
}

/** Creates the body of Put Block List. Block ids are Base64, which needs no escaping. */
function formatBlockList(ids: readonly string[]): string {
  const blocks = ids.map((id) => `<Latest>${id}</Latest>`).join("");
  return `<?xml version="1.0" encoding="utf-8"?><BlockList>${blocks}</BlockList>`;
}

function readWrittenBlob(answer: HttpAnswer): WrittenBlob {
  return { etag: copyText(answer.getHeader("etag")), lastModified: answer.getDate("last-modified") };
}

function readAppendedBlock(answer: HttpAnswer): AppendedBlock {
  const blockCount = answer.getHeader("x-ms-blob-committed-block-count");
  return {
    etag: requireETag(answer.getHeader("etag")),
    blockCount: blockCount === undefined ? undefined : Number(blockCount),
  };
}

function readRangeRead(answer: HttpAnswer, offset: number, target: Uint8Array): RangeRead | undefined {
  const range = readRangeAnswer(answer);
  const { body, receivedBytes } = answer;
  if (!isRequestedRange(range, offset, target.length, body.length)) return undefined;
  const bytes = target.subarray(0, receivedBytes);
  // A chunked answer has no length, and is not written to the target.
  if (body.buffer !== target.buffer || body.byteOffset !== target.byteOffset)
    bytes.set(body.subarray(0, receivedBytes));
  return { answer: range, bytes, dueBytes: body.length };
}

function createListRequest(prefix: string, query: PageQuery, parser: ListBlobsParser): DirectRequest {
  const { delimiter, continuationToken, maxPageSize, isPrefetch = false } = query;
  return {
    method: "GET",
    query: formatQuery({
      restype: "container",
      comp: "list",
      prefix,
      marker: continuationToken,
      maxresults: maxPageSize,
      include: "metadata",
      delimiter,
    }),
    headers: [["accept", "application/xml"]],
    expectedStatus: 200,
    maxBodyBytes: maxPageBytes,
    onBody: (bytes) => {
      parser.feed(bytes);
    },
    isPrefetch,
  };
}

function formatQuery(parameters: Readonly<Record<string, string | number | undefined>>): string {
  return Object.entries(omitUndefined(parameters))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
}
