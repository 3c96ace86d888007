import { makeZip } from "client-zip";
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

/** A file of a zip, as far as it is known before its turn. */
interface ZipEntry {
  readonly name: string;
  readonly size: number;
  readonly lastModified: Date;
  readonly input: Uint8Array | AsyncIterable<Uint8Array>;
}

/**
 * A zip of outputs as they flow, with zip64 where it is needed, uncompressed; nothing is held but what is under way. Names
 * are safe on every system, and no two meet. An output that fails makes the whole zip fail: what came of it is not to be
 * taken for all.
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
  const ahead: Promise<ZipEntry>[] = [];
  for await (const { output, path } of wanted) {
    const entry = entryOf(output, names.nameFor(path), abortSignal);
    // One that fails before its turn fails at its turn.
    entry.catch(() => undefined);
    ahead.push(entry);
    const next = ahead.length > aheadCount ? ahead.shift() : undefined;
    if (next) yield await next;
  }
  for (const entry of ahead) yield await entry;
  return undefined;
}

async function entryOf(
  output: OutputFileReference,
  name: string,
  abortSignal: AbortSignal,
): Promise<ZipEntry> {
  const known = await output.getProperties({ abortSignal });
  const input = bytesOf(output, known, abortSignal);
  return {
    name,
    size: known.size,
    lastModified: known.lastModified ?? new Date(),
    input: known.size <= shortBytes ? await together(input) : input,
  };
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
