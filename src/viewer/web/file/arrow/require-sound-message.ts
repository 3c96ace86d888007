import { Type } from "@uwdata/flechette";
import { messageTypes } from "./arrow-messages.js";
import { FlatTable } from "./flat-table.js";

/** Columns and their children. A child can belong to several parents, so that a short schema can have any number of them. */
const maxFields = 10_000;
const maxDepth = 64;

const continuation = 0xff_ff_ff_ff;
/** Of a node or a buffer of a batch: two numbers. */
const pairBytes = 16;

/**
 * Checks the lengths in the description of a message, because flechette makes lists of the lengths that it finds.
 *
 * @throws RangeError if a list is longer than the message, or a schema has too many columns.
 */
export function requireSoundMessage(message: Uint8Array): void {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const isMarked = view.getUint32(0, true) === continuation;
  const begin = isMarked ? 8 : 4;
  const length = view.getUint32(begin - 4, true);
  const described = new FlatTable(message.subarray(begin, begin + length));
  requirePairs(described, 4);
  const header = described.readTable(2);
  const type = described.readUint8(1);
  if (header === undefined) return;
  if (type === messageTypes.schema) {
    requirePairs(header, 2);
    header.requireVector(3, 8);
    requireFields(header, 1, { left: maxFields }, 0);
  } else if (type === messageTypes.batch) requireBatch(header);
  else if (type === messageTypes.dictionary) {
    const batch = header.readTable(1);
    if (batch !== undefined) requireDictionary(batch, message.byteLength);
  }
}

function requireBatch(batch: FlatTable): void {
  batch.requireVector(1, pairBytes);
  batch.requireVector(2, pairBytes);
  batch.requireVector(4, 8);
}

/** All values of a dictionary are read. Each takes a bit at least. */
function requireDictionary(batch: FlatTable, messageBytes: number): void {
  requireBatch(batch);
  const nodes = batch.readStructs(1, pairBytes, maxFields, (node) => node.readInt64(0));
  for (const length of [batch.readInt64(0), ...nodes])
    if (length < 0 || length > 8 * messageBytes)
      throw new RangeError(`A dictionary of ${length} values is longer than its message.`);
}

function requireFields(parent: FlatTable, vector: number, count: { left: number }, depth: number): void {
  for (const field of parent.readTables(vector)) {
    count.left -= 1;
    if (count.left < 0 || depth > maxDepth)
      throw new RangeError("It has too many columns, or too deep ones.");
    if (field.readUint8(2) === Type.Union) field.readTable(3)?.requireVector(1, 4);
    requirePairs(field, 6);
    requireFields(field, 5, count, depth + 1);
  }
}

/** Names and values that programs add. */
function requirePairs(table: FlatTable, vector: number): void {
  table.requireVector(vector, 4);
}
