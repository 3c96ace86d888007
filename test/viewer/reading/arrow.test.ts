import { describe, expect, test } from "vitest";

import { captureError } from "../../support/capture-error.js";
import { PartsSource } from "../../../src/viewer/web/bytes/parts-source.js";
import { decodeTable } from "../../../src/viewer/web/file/arrow/decode-table.js";
import { openArrow } from "../../../src/viewer/web/file/arrow/open-arrow.js";
import { smallArrowFile, smallArrowStream } from "./support/small-arrow.js";

function openBytes(bytes: Uint8Array) {
  const source = new PartsSource([{ bytes, size: bytes.byteLength }]);
  return openArrow(source, {});
}

const rows = [
  [
    "a",
    "9007199254740993",
    "12345678901234567890.10",
    "2025-11-29T04:00:00.123456789Z",
    "[1,1152921504606846976]",
    "x".repeat(300),
  ],
  ["b", "-1", "-0.05", "", "", "<b>"],
  ["", "", "", "1969-12-31T23:59:59.999999999Z", "[]", ""],
];

describe("a table in Arrow's format", () => {
  test.each([
    ["file", smallArrowFile],
    ["stream", smallArrowStream],
  ])("is found batch by batch in a %s, with all digits", async (_, bytes) => {
    const { schema, dictionaries, batches, isPart } = await openBytes(bytes);
    expect([batches.map(({ rowCount }) => rowCount), isPart]).toEqual([[3, 2], false]);
    for (const batch of batches) {
      const messages = [schema, ...dictionaries, batch].map(({ start, end }) => bytes.subarray(start, end));
      const { columns, table } = decodeTable({ messages, maxRows: 10 });
      expect(columns.map(({ name, type }) => `${name}: ${type}`)).toEqual([
        "station: dictionary<utf8>",
        "count: int64",
        "mm: decimal128(30, 2)",
        "at: timestamp[ns, UTC]",
        "list: list<int64>",
        "note: utf8",
      ]);
      expect(table.rows).toEqual(rows.slice(0, batch.rowCount));
    }
  });

  test("that is cut anywhere is an error of its own, or a shorter stream", async () => {
    const { batches } = await openBytes(smallArrowStream);
    for (let length = 0; length < smallArrowFile.byteLength; length += 7) {
      const error = await captureError(openBytes(smallArrowFile.subarray(0, length)));
      expect(["ArrowError", "RangeError"], String(length)).toContain(error.name);
    }
    for (let length = 8; length < smallArrowStream.byteLength; length += 8) {
      let found: number | undefined;
      try {
        found = (await openBytes(smallArrowStream.subarray(0, length))).batches.length;
      } catch (error) {
        expect(["ArrowError", "RangeError"], String(length)).toContain((error as Error).name);
        continue;
      }
      expect(found).toBe(batches.filter(({ end }) => end <= length).length);
    }
  });

  test("of Feather's first version is named", async () => {
    const error = await captureError(openBytes(Buffer.from("FEA1____________")));
    expect(error).toMatchObject({ name: "ArrowError", problem: "feather1" });
  });
});
