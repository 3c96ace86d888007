import type { RequestOptions } from "../../api/client.js";
import type { ByteSource } from "../../bytes/byte-source.js";
import { ArrowError } from "./arrow-error.js";
import { FlatTable } from "./flat-table.js";

/** The types of messages that tables consist of. */
export const messageTypes = { schema: 1, dictionary: 2, batch: 3 } as const;

/** A message of an Arrow file or stream: its description, which has been read, and its content, which has not. */
export interface ArrowMessage {
  readonly start: number;
  /** Exclusive; includes the content. */
  readonly end: number;
  readonly type: number;
  /** The number of rows of a batch. */
  readonly rowCount: number;
}

/** Enough for the description of a message, except of a schema of hundreds of columns. */
const usualBytes = 16_384;
const maxDescriptionBytes = 4 * 1024 * 1024;

/** The marker before the length of a description. Files of before 2019 have none. */
const continuation = 0xff_ff_ff_ff;

/**
 * Reads the description of the message that starts here. `undefined` at the end of the messages.
 *
 * @throws ArrowError or RangeError if there is no message.
 */
export async function readMessage(
  source: ByteSource,
  start: number,
  options: RequestOptions,
): Promise<ArrowMessage | undefined> {
  if (start >= source.size) return undefined;
  let bytes = await source.read({ start, end: Math.min(source.size, start + usualBytes) }, options);
  if (bytes.byteLength < 8) throw new ArrowError("cut");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const isMarked = view.getUint32(0, true) === continuation;
  const length = view.getUint32(isMarked ? 4 : 0, true);
  if (length === 0) return undefined;
  if (length > maxDescriptionBytes) throw new ArrowError("noMessage");
  const begin = isMarked ? 8 : 4;
  if (begin + length > bytes.byteLength) {
    if (start + begin + length > source.size) throw new ArrowError("cut");
    bytes = await source.read({ start, end: start + begin + length }, options);
  }
  return parseMessage(bytes.subarray(begin, begin + length), start, start + begin + length, source.size);
}

function parseMessage(bytes: Uint8Array, start: number, contentStart: number, size: number): ArrowMessage {
  const described = new FlatTable(bytes);
  const type = described.readUint8(1);
  const contentBytes = described.readInt64(3);
  if (contentBytes < 0) throw new ArrowError("noMessage");
  const end = contentStart + contentBytes;
  if (end > size) throw new ArrowError("cut");
  const header = described.readTable(2);
  return {
    start,
    end,
    type,
    rowCount: type === messageTypes.batch ? (header?.readInt64(0) ?? 0) : 0,
  };
}
