import { makeZip } from "client-zip";
import { isBatchOutputsError } from "../../../core/index.js";
import { LocalNames, type OutputFileProperties, type OutputFileReference } from "../../../outputs/index.js";
import { ViewerError } from "../http/viewer-error.js";

/** The number of outputs that are requested in advance: of thousands of short ones, each costs a round trip. */
const aheadCount = 16;
/** The maximum size of an output whose content is read in advance. The outputs in memory have at most 4 MiB. */
const shortBytes = 256 * 1024;

/** An output for the zip, and its preferred name. */
export interface WantedOutput {
  readonly output: OutputFileReference;
  readonly path: string;
}

/** The name of the list of outputs that are not included. */
const leftOutName = "NOT-INCLUDED.txt";

/** A file of a zip, and the part that is read in advance. */
interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly input: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * Creates a zip of outputs as a stream, uncompressed, with zip64 if needed; only the files being read are in memory.
 * Names are valid on every system, and unique. If an output fails, the whole zip fails, so that it does not look
 * complete. An output whose name cannot be used in a request, or that is archived, is omitted, and listed in a text
 * file at the end.
 *
 * @throws The error of the first output, before there is a stream; ViewerError if there are no outputs.
 */
export async function createZip(
  wanted: AsyncIterable<WantedOutput>,
  abortSignal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const entries = readEntriesAhead(wanted, abortSignal);
  const first = await entries.next();
  if (first.done === true) throw new ViewerError(404, "NothingMatched", "There is nothing to download.");
  const listEntries = async function* (): AsyncGenerator<ZipEntry> {
    yield first.value;
    yield* entries;
  };
  return makeZip(listEntries());
}

async function* readEntriesAhead(
  wanted: AsyncIterable<WantedOutput>,
  abortSignal: AbortSignal,
): AsyncGenerator<ZipEntry, undefined> {
  const names = new LocalNames();
  const ahead: Promise<ZipEntry | LeftOut>[] = [];
  const leftOut: LeftOut[] = [];
  for await (const { output, path } of wanted) {
    const entry = createEntry(output, names.choose(path), abortSignal);
    // An error is thrown later, when this entry is written.
    entry.catch(() => undefined);
    ahead.push(entry);
    const next = ahead.length > aheadCount ? ahead.shift() : undefined;
    if (next) yield* hasContent(await next, leftOut);
  }
  for (const entry of ahead) yield* hasContent(await entry, leftOut);
  if (leftOut.length > 0) yield createLeftOutList(leftOut, names.choose(leftOutName));
  return undefined;
}

async function createEntry(
  output: OutputFileReference,
  name: string,
  abortSignal: AbortSignal,
): Promise<ZipEntry | LeftOut> {
  const { blobName } = output;
  const listed = await readAsListed(output, name, abortSignal);
  if (listed !== undefined) return listed;
  const known = await getIfAddressable(output.getProperties({ abortSignal }));
  if (known === undefined) return { blobName, why: "name" };
  if (known.accessTier === "Archive") return { blobName, why: "archived" };
  const input = readBytes(output, known, abortSignal);
  return {
    name,
    size: known.size,
    lastModified: known.lastModified ?? new Date(),
    input: known.size <= shortBytes ? await combine(input) : input,
  };
}

/**
 * Reads a short output with one request, by what the listing says of it. `undefined` if that is not enough, or no longer
 * true.
 */
async function readAsListed(
  output: OutputFileReference,
  name: string,
  abortSignal: AbortSignal,
): Promise<ZipEntry | undefined> {
  const { size, lastModified, version, log, accessTier } = output;
  if (size === undefined || size > shortBytes || lastModified === undefined || version === undefined) return;
  // A log grows, and may be in several blobs.
  if (log !== undefined || accessTier === "Archive") return;
  try {
    return {
      name,
      size,
      lastModified,
      input: await combine(readBytes(output, { size, version }, abortSignal)),
    };
  } catch (error) {
    if (isBatchOutputsError(error) && (error.code === "OutputChanged" || error.code === "UnsafePath")) return;
    throw error;
  }
}

/** An output that is not in the zip. */
interface LeftOut {
  readonly blobName: string;
  readonly why: "name" | "archived";
}

function* hasContent(entry: ZipEntry | LeftOut, leftOut: LeftOut[]): Generator<ZipEntry, undefined> {
  if ("blobName" in entry) leftOut.push(entry);
  else yield entry;
  return undefined;
}

/** `undefined` if no request can address the output, because its name would lead out of its container. */
async function getIfAddressable<T>(properties: Promise<T>): Promise<T | undefined> {
  try {
    return await properties;
  } catch (error) {
    if (isBatchOutputsError(error) && error.code === "UnsafePath") return undefined;
    throw error;
  }
}

function createLeftOutList(leftOut: readonly LeftOut[], name: string): ZipEntry {
  const list = (wanted: LeftOut["why"], reason: string): string[] => {
    const lines = leftOut.filter(({ why }) => why === wanted).map(({ blobName }) => JSON.stringify(blobName));
    return lines.length === 0 ? [] : [`These outputs are not included: ${reason}\n\n${lines.join("\n")}\n`];
  };
  const sections = [
    ...list("name", "their names cannot be part of an address."),
    ...list(
      "archived",
      'they are in the access tier Archive. Run "batch-outputs rehydrate", and wait until that is done.',
    ),
  ];
  const input = Buffer.from(sections.join("\n"));
  return { name, size: input.length, lastModified: new Date(), input };
}

/** The bytes of the version whose properties were read, in full. */
async function* readBytes(
  output: OutputFileReference,
  { size, version }: Pick<OutputFileProperties, "size" | "version">,
  abortSignal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  let missingBytes = size;
  const chunks = await output.openRead({ count: size, abortSignal, expectedVersion: version });
  for await (const chunk of chunks as AsyncIterable<Uint8Array>) {
    missingBytes -= chunk.length;
    yield chunk;
  }
  if (missingBytes !== 0)
    throw new ViewerError(412, "OutputChanged", `${output.filePath} was replaced while it was being read.`, {
      hint: { action: "try-again" },
    });
}

async function combine(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
