import type { RequestOptions } from "../../api/client.js";
import { RequestError } from "../../api/failure.js";
import type { ByteSource } from "../../bytes/byte-source.js";
import { formatBytes } from "../../format/measures.js";
import { reading } from "../../text/reading.js";
import type { GroupedTable } from "../data/row-groups.js";
import { ArrowError } from "./arrow-error.js";
import type { ArrowMessage } from "./arrow-messages.js";
import { decodeInWorker } from "./decode-in-worker.js";
import { type ArrowFile, openArrow } from "./open-arrow.js";

const text = reading.file.arrow;

/** The maximum size of the dictionaries that a batch refers to: all of them are read with it. */
const maxDictionaryBytes = 32 * 1024 * 1024;

/** Reads what describes a table in Arrow's format. */
export async function openArrowTable(
  { source }: { readonly source: ByteSource },
  options: RequestOptions,
): Promise<GroupedTable> {
  const file = await explain(async () => await openArrow(source, options));
  const schema = await readBytes(source, file.schema, options);
  const { columns } = await decodeInWorker({ messages: [schema], maxRows: 0 }, options);
  const batches = file.batches.filter(({ rowCount }) => rowCount > 0);
  let firstRow = 0;
  const groups = batches.map(({ start, end, rowCount }) => {
    const group = { firstRow, rowCount, bytes: end - start };
    firstRow += rowCount;
    return group;
  });
  const readGroup = async (index: number, maxRows: number, readOptions: RequestOptions) => {
    const batch = batches[index];
    if (batch === undefined) throw new RangeError(`There is no batch ${index}.`);
    const messages = [schema];
    for (const message of [...listDictionaries(file, batch), batch])
      messages.push(await readBytes(source, message, readOptions));
    const { table } = await decodeInWorker({ messages, maxRows }, readOptions);
    return table;
  };
  return { columns, rowCount: firstRow, groups, isPart: file.isPart, readGroup };
}

/**
 * Lists the dictionaries of a batch, in their order. In a stream these are the ones before it: a later one can replace them. A file
 * may have them anywhere, and none is replaced.
 */
function listDictionaries(
  { dictionaries, isStream }: ArrowFile,
  batch: ArrowMessage,
): readonly ArrowMessage[] {
  const used = isStream ? dictionaries.filter(({ start }) => start < batch.start) : dictionaries;
  const bytes = used.reduce((sum, { start, end }) => sum + end - start, 0);
  if (bytes > maxDictionaryBytes)
    throw new RequestError({ code: "TooLarge", reason: text.largeDictionaries(formatBytes(bytes)) });
  return used;
}

async function readBytes(
  source: ByteSource,
  { start, end }: ArrowMessage,
  options: RequestOptions,
): Promise<Uint8Array> {
  return await source.read({ start, end }, options);
}

/** Says what is wrong with a file. */
async function explain<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof ArrowError)
      throw new RequestError({ code: "NotArrow", reason: text.problems[error.problem] });
    // A place beyond the bytes that were read.
    if (error instanceof RangeError)
      throw new RequestError({ code: "NotArrow", reason: text.problems.noMessage });
    throw error;
  }
}
