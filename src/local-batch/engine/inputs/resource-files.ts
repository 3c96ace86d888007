import { createWriteStream } from "node:fs";
import { chmod } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { BatchOutputsError, createFolders, SafeFolder } from "../../../core/index.js";
import { isFolderMarker, type StoreContainer } from "../../../outputs/index.js";
import type { GivenResourceFile } from "../../api/command-shapes.js";
import type { EngineContext } from "../base/engine-context.js";
import { describeError, type FailureCode, RunFailure } from "../base/failures.js";
import {
  openContainerByIdentity,
  openContainerByUrl,
  openLinkedContainer,
} from "../storage/linked-container.js";
import { classifyStorageError } from "../storage/classify-storage-error.js";

/** The mode that Batch sets for a file without a given one. */
const defaultMode = "0770";

/**
 * Downloads resource files into a working directory, one after the other, in streams.
 * @throws RunFailure with the code that the service completes the task with.
 */
export async function fetchResourceFiles(
  context: EngineContext,
  files: readonly GivenResourceFile[],
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  if (files.length === 0) return;
  await using target = await SafeFolder.open(folder);
  for (const file of files) {
    if (file.httpUrl !== undefined) await fetchOne(context, file, file.httpUrl, target, signal);
    else await fetchContainer(context, file, target, signal);
  }
}

async function fetchOne(
  context: EngineContext,
  file: GivenResourceFile,
  httpUrl: string,
  folder: SafeFolder,
  signal: AbortSignal,
): Promise<void> {
  const path = await resolveWithin(folder, file.filePath ?? "");
  const { content, metadata } = await failWith(
    () => (file.identityReference ? openByIdentity(context, httpUrl, signal) : openByHttp(httpUrl, signal)),
    classifyBlobError,
  );
  if (!isFolderMarker({ name: "", metadata })) {
    await store(content, path, file.fileMode);
    return;
  }
  content.destroy();
  await makeFolder(path);
}

/** A blob, or the answer of another server. */
interface Opened {
  readonly content: Readable;
  /** Of a blob. */
  readonly metadata: Readonly<Record<string, string>> | undefined;
}

class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";
  readonly statusCode: number;

  constructor(status: number, statusText: string) {
    super(`The server answered ${status} ${statusText}`);
    this.statusCode = status;
  }
}

const metadataHeader = /^x-ms-meta-(?<name>.+)$/;

async function openByHttp(httpUrl: string, signal: AbortSignal): Promise<Opened> {
  const response = await fetch(httpUrl, { signal });
  if (response.ok) {
    const metadata = Object.fromEntries(
      [...response.headers].flatMap(([header, value]) => {
        const name = metadataHeader.exec(header)?.groups?.["name"];
        return name === undefined ? [] : [[name, value]];
      }),
    );
    return { content: Readable.from(response.body ?? [], { objectMode: false }), metadata };
  }
  await response.body?.cancel();
  throw new HttpRefusal(response.status, response.statusText);
}

async function openByIdentity(context: EngineContext, httpUrl: string, signal: AbortSignal): Promise<Opened> {
  const url = new URL(httpUrl);
  const names = url.pathname.split("/");
  // The linked account determines whether the container is the first segment or, at an emulator's address, the second.
  for (const length of [2, 3]) {
    const container = openContainerByIdentity(context, url.origin + names.slice(0, length).join("/"));
    if (container)
      return await openBlob(container, decodeURIComponent(names.slice(length).join("/")), signal);
  }
  throw new HttpRefusal(403, "The managed identity can only access the linked storage account");
}

async function fetchContainer(
  context: EngineContext,
  file: GivenResourceFile,
  folder: SafeFolder,
  signal: AbortSignal,
): Promise<void> {
  const { blobPrefix, filePath = "" } = file;
  await using below =
    filePath === "" ? undefined : await SafeFolder.open(await resolveWithin(folder, filePath));
  const target = below ?? folder;
  const container = await failWith(async () => getContainer(context, file), classifyContainerError);
  const client = await container.loadClient();
  const blobs = client.listBlobsFlat({
    ...(blobPrefix && { prefix: blobPrefix }),
    includeMetadata: true,
    abortSignal: signal,
  });
  for (;;) {
    const next = await failWith(() => blobs.next(), classifyContainerError);
    if (next.done) return;
    const { name, metadata, properties } = next.value;
    const { contentLength: sizeBytes, contentType } = properties;
    const path = await resolveWithin(target, name.replace(/\/+$/, ""));
    if (isFolderMarker({ name, metadata, sizeBytes, contentType })) {
      await makeFolder(path);
      continue;
    }
    const { content } = await failWith(() => openBlob(container, name, signal), classifyBlobError);
    await store(content, path, file.fileMode);
  }
}

function getContainer(context: EngineContext, file: GivenResourceFile): StoreContainer {
  const { autoStorageContainerName, storageContainerUrl = "", identityReference } = file;
  if (autoStorageContainerName === undefined && !identityReference)
    return openContainerByUrl(storageContainerUrl);
  const container =
    autoStorageContainerName === undefined
      ? openContainerByIdentity(context, storageContainerUrl)
      : openLinkedContainer(context, autoStorageContainerName);
  if (container) return container;
  throw new HttpRefusal(403, "The container is not in a linked storage account");
}

async function openBlob(container: StoreContainer, name: string, signal: AbortSignal): Promise<Opened> {
  const client = await container.loadClient();
  const { readableStreamBody, metadata } = await client
    .getBlobClient(name)
    .download(0, undefined, { abortSignal: signal });
  return { content: Readable.from(readableStreamBody ?? []), metadata };
}

/** Creates the folder of a folder marker. */
async function makeFolder(path: string): Promise<void> {
  await failWith(
    () => createFolders(path),
    () => "ResourceDirectoryCreateFailed",
  );
}

async function store(content: Readable, path: string, fileMode = defaultMode): Promise<void> {
  await failWith(
    () => pipeline(content, createWriteStream(path)),
    () => "ResourceFileWriteFailed",
  );
  await failWith(
    () => chmod(path, Number.parseInt(fileMode, 8)),
    () => "ResourceFileCreateFailed",
  );
}

/** Names of blobs and `filePath` are not trusted: nothing is written outside of the folder. */
async function resolveWithin(folder: SafeFolder, path: string): Promise<string> {
  try {
    return await folder.preparePath(path);
  } catch (error) {
    if (error instanceof BatchOutputsError && error.code === "UnsafePath")
      throw new RunFailure(
        "ResourceFileCreateFailed",
        { FilePath: path, Message: "The path leads out of the task's working directory" },
        error,
      );
    throw new RunFailure("ResourceDirectoryCreateFailed", { Message: describeError(error) }, error);
  }
}

async function failWith<T>(work: () => Promise<T>, codeOf: (error: unknown) => FailureCode): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RunFailure) throw error;
    throw new RunFailure(codeOf(error), { Message: describeError(error) }, error);
  }
}

function classifyBlobError(error: unknown): FailureCode {
  switch (classifyStorageError(error)) {
    case "no container":
    case "no blob":
      return "BlobNotFound";
    case "access denied":
      return "BlobAccessDenied";
    case "timed out":
      return "BlobDownloadTimedOut";
    case "other":
      return "BlobDownloadMiscError";
  }
}

function classifyContainerError(error: unknown): FailureCode {
  switch (classifyStorageError(error)) {
    case "no container":
    case "no blob":
      return "ResourceContainerNotFound";
    case "access denied":
      return "ResourceContainerAccessDenied";
    default:
      return "ResourceContainerListMiscError";
  }
}
