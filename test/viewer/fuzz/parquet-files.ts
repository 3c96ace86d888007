import assert from "node:assert/strict";

import type { ByteSource } from "../../../src/viewer/web/bytes/byte-source.js";
import { openParquet, readGroup } from "../../../src/viewer/web/file/data/parquet.js";
import { smallParquet } from "../reading/support/small-parquet.js";
import { fromBytes, type FuzzTarget, toBytes } from "../../fuzz/support/fuzz-target.js";

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [fromBytes(smallParquet), "PAR1\x15\0\0\0\0\0PAR1"],
  words: ["PAR1", "\0", "\xff", "\xff\xff\xff\x7f", "\x15\x04", "\x19\x5c"],
  async check(input) {
    const bytes = toBytes(input);
    const source: ByteSource = {
      size: bytes.length,
      read: async ({ start, end }) => {
        assert.ok(start >= 0 && start <= bytes.length, `there is no byte ${start}`);
        return bytes.subarray(start, end);
      },
    };
    try {
      const file = await openParquet(source, {});
      for (const group of file.groups.slice(0, 3)) {
        const { columns, rows } = await readGroup(source, file, group, 100, {});
        assert.ok(rows.length <= 100 && rows.every((row) => row.length === columns.length));
        assert.ok(rows.flat().every((cell) => typeof cell === "string"));
      }
    } catch (error) {
      // The page shows the error of a damaged file, whatever its class: hyparquet documents none.
      assert.ok(error instanceof Error && error.name !== "AssertionError", String(error));
    }
  },
};
