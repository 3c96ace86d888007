import assert from "node:assert/strict";

import type { ByteSource } from "../../../src/viewer/web/bytes/byte-source.js";
import { RequestError } from "../../../src/viewer/web/api/failure.js";
import { openParquet } from "../../../src/viewer/web/file/data/parquet.js";
import { smallParquet } from "../reading/support/small-parquet.js";
import { fromBytes, type FuzzTarget, toBytes } from "../../fuzz/support/fuzz-target.js";

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [fromBytes(smallParquet), "PAR1\x15\0\0\0\0\0PAR1"],
  words: ["PAR1", "\0", "\xff", "\xff\xff\xff\x7f", "\x15\x04", "\x19\x5c"],
  async check(input) {
    const bytes = toBytes(input);
    const outside: number[] = [];
    const source: ByteSource = {
      size: bytes.length,
      read: async ({ start, end }) => {
        if (start < 0 || start > bytes.length) outside.push(start);
        return bytes.subarray(start, end);
      },
    };
    try {
      const file = await openParquet({ source }, {});
      for (const index of file.groups.slice(0, 3).keys()) {
        const { columns, rows } = await file.readGroup(index, 100, {});
        assert.ok(rows.length <= 100 && rows.every((row) => row.length === columns.length));
        assert.ok(rows.flat().every((cell) => typeof cell === "string"));
      }
    } catch (error) {
      // A damaged file.
      if (!(error instanceof RequestError)) throw error;
      assert.equal(error.failure.code, "NotParquet");
    }
    assert.deepEqual(outside, [], "no byte outside of the file is read");
  },
};
