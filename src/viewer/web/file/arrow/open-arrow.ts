import type { RequestOptions } from "../../api/client.js";
import type { ByteSource } from "../../bytes/byte-source.js";
import { ArrowError } from "./arrow-error.js";
import { type ArrowMessage, messageTypes, readMessage } from "./arrow-messages.js";
import { FlatTable } from "./flat-table.js";

/** Where the parts of an Arrow file or stream are. Their content is read when it is shown. */
export interface ArrowFile {
  readonly schema: ArrowMessage;
  readonly dictionaries: readonly ArrowMessage[];
  readonly batches: readonly ArrowMessage[];
  /** It has no directory, and dictionaries can be replaced. */
  readonly isStream: boolean;
  /** There are more batches than {@link maxBatches}. */
  readonly isPart: boolean;
}

/** The maximum number of batches whose descriptions are read. */
export const maxBatches = 1_000;

const fileMark = "ARROW1";
/** The length of the description of a file, and the mark, at its end. */
const endBytes = 4 + fileMark.length;
const maxFooterBytes = 16 * 1024 * 1024;
/** Descriptions of batches that are read at the same time. */
const concurrency = 8;

/**
 * Finds the parts of a table in Arrow's file format (Feather version 2), by the directory at its end, or in its stream format,
 * from one message to the next.
 *
 * @throws ArrowError or RangeError if the file is broken.
 */
export async function openArrow(source: ByteSource, options: RequestOptions): Promise<ArrowFile> {
  const head = await source.read({ start: 0, end: Math.min(8, source.size) }, options);
  const mark = readText(head);
  if (mark.startsWith("FEA1")) throw new ArrowError("feather1");
  return mark.startsWith(fileMark) ? await openFile(source, options) : await openStream(source, options);
}

async function openFile(source: ByteSource, options: RequestOptions): Promise<ArrowFile> {
  const schema = await readMessage(source, 8, options);
  if (schema?.type !== messageTypes.schema) throw new ArrowError("noSchema");
  const { size } = source;
  const end = await source.read({ start: Math.max(0, size - endBytes), end: size }, options);
  if (end.byteLength < endBytes || readText(end.subarray(4)) !== fileMark) throw new ArrowError("cut");
  const length = new DataView(end.buffer, end.byteOffset).getUint32(0, true);
  if (length > maxFooterBytes || length > size - endBytes) throw new ArrowError("noMessage");
  const footer = new FlatTable(
    await source.read({ start: size - endBytes - length, end: size - endBytes }, options),
  );
  return {
    schema,
    dictionaries: await readBlocks(source, footer, 2, messageTypes.dictionary, options),
    batches: await readBlocks(source, footer, 3, messageTypes.batch, options),
    isStream: false,
    isPart: footer.countItems(3) > maxBatches,
  };
}

/** Reads the descriptions of the messages that a file's directory names. */
async function readBlocks(
  source: ByteSource,
  footer: FlatTable,
  field: number,
  type: number,
  options: RequestOptions,
): Promise<ArrowMessage[]> {
  const starts = footer.readStructs(field, 24, maxBatches, (block) => block.readInt64(0));
  const messages: ArrowMessage[] = [];
  for (let first = 0; first < starts.length; first += concurrency) {
    const read = starts
      .slice(first, first + concurrency)
      .map(async (start) => await readMessage(source, Math.max(0, start), options));
    for (const message of await Promise.all(read)) {
      if (message?.type !== type) throw new ArrowError("noMessage");
      messages.push(message);
    }
  }
  return messages;
}

async function openStream(source: ByteSource, options: RequestOptions): Promise<ArrowFile> {
  const schema = await readMessage(source, 0, options);
  if (schema?.type !== messageTypes.schema) throw new ArrowError("noSchema");
  const dictionaries: ArrowMessage[] = [];
  const batches: ArrowMessage[] = [];
  let start = schema.end;
  // Messages of other types count too: each is a request.
  for (let count = 0; count < 2 * maxBatches && batches.length < maxBatches; count += 1) {
    const message = await readMessage(source, start, options);
    if (message === undefined) return { schema, dictionaries, batches, isStream: true, isPart: false };
    if (message.type === messageTypes.dictionary) dictionaries.push(message);
    else if (message.type === messageTypes.batch) batches.push(message);
    start = message.end;
  }
  return { schema, dictionaries, batches, isStream: true, isPart: true };
}

function readText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
