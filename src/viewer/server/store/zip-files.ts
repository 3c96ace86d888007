import { makeZip } from "client-zip";
import { isBatchOutputsError } from "../../../core/index.js";
import { LocalNames, type OutputFileProperties, type OutputFileReference } from "../../../outputs/index.js";
import { ViewerError } from "../http/viewer-error.js";

/** How many outputs are looked for, and short ones fetched, before it is their turn. */
const aheadCount = 2;
/** What is fetched ahead as a whole. */
const shortBytes = 256 * 1024;

/** An output to be zipped, and the name that it would have if nothing spoke against it. */
export interface WantedOutput {
  readonly output: OutputFileReference;
  readonly path: string;
}

/** The name of the list of what could not be included. */
const leftOutName = "NOT-INCLUDED.txt";

/** A file of a zip, as far as it is known before its turn. */
interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly input: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * A zip of outputs as they flow, with zip64 where it is needed, uncompressed; nothing is held but what is under way. Names
 * are safe on every system, and no two meet. An output that fails makes the whole zip fail, so that nobody takes a part for all. One whose
 * name no request can address is left out, and named in a text file at the end.
 *
 * @throws what the first output fails with, before there is a stream; ViewerError where there is none.
 */
export async function zipOf(
  wanted: AsyncIterable<WantedOutput>,
  abortSignal: AbortSignal,
): Promise<ReadableStream<Uint8Array>> {
  const entries = entriesAhead(wanted, abortSignal);
  const first = await entries.next();
  if (first.done === true) throw new ViewerError(404, "NothingMatched", "There is nothing to download.");
  const all = async function* (): AsyncGenerator<ZipEntry> {
    yield first.value;
    yield* entries;
  };
  return makeZip(all());
}

async function* entriesAhead(
  wanted: AsyncIterable<WantedOutput>,
  abortSignal: AbortSignal,
): AsyncGenerator<ZipEntry, undefined> {
  const names = new LocalNames();
  const ahead: Promise<ZipEntry | LeftOut>[] = [];
  const leftOut: LeftOut[] = [];
  for await (const { output, path } of wanted) {
    const entry = entryOf(output, names.nameFor(path), abortSignal);
    // One that fails before its turn fails at its turn.
    entry.catch(() => undefined);
    ahead.push(entry);
    const next = ahead.length > aheadCount ? ahead.shift() : undefined;
    if (next) yield* included(await next, leftOut);
  }
  for (const entry of ahead) yield* included(await entry, leftOut);
  if (leftOut.length > 0) yield listOf(leftOut, names.nameFor(leftOutName));
  return undefined;
}

async function entryOf(
  output: OutputFileReference,
  name: string,
  abortSignal: AbortSignal,
): Promise<ZipEntry | LeftOut> {
  const known = await addressable(output.getProperties({ abortSignal }));
  if (known === undefined) return { blobName: output.blobName };
  const input = bytesOf(output, known, abortSignal);
  return {
    name,
    size: known.size,
    lastModified: known.lastModified ?? new Date(),
    input: known.size <= shortBytes ? await together(input) : input,
  };
}

/** An output that the zip has not. */
interface LeftOut {
  readonly blobName: string;
}

function* included(entry: ZipEntry | LeftOut, leftOut: LeftOut[]): Generator<ZipEntry, undefined> {
  if ("blobName" in entry) leftOut.push(entry);
  else yield entry;
  return undefined;
}

/** `undefined` where no request can address the output: its name would lead out of its container. */
async function addressable<T>(properties: Promise<T>): Promise<T | undefined> {
  try {
    return await properties;
  } catch (error) {
    if (isBatchOutputsError(error) && error.code === "UnsafePath") return undefined;
    throw error;
  }
}

function listOf(leftOut: readonly LeftOut[], name: string): ZipEntry {
  const lines = leftOut.map(({ blobName }) => `${JSON.stringify(blobName)}\n`);
  const text = `These outputs are not included: their names cannot be part of an address.\n\n${lines.join("")}`;
  const input = Buffer.from(text);
  return { name, size: input.length, lastModified: new Date(), input };
}

/** The bytes that there were when its properties were asked for, no fewer and no others. */
async function* bytesOf(
  output: OutputFileReference,
  { size, version }: OutputFileProperties,
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

async function together(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}
