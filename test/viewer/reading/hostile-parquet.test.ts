import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";

import { PartsSource } from "../../../src/viewer/web/bytes/parts-source.js";
import { openParquet } from "../../../src/viewer/web/file/data/parquet.js";
import { captureError } from "../../support/capture-error.js";
import { createParquet, createRoot } from "./support/create-parquet.js";

async function readRows(bytes: Buffer): Promise<readonly (readonly string[])[]> {
  const source = new PartsSource([{ bytes: new Uint8Array(bytes), size: bytes.length }]);
  const file = await openParquet({ source }, {});
  return (await file.readGroup(0, 100, {})).rows;
}

async function readProblem(bytes: Buffer): Promise<string> {
  const error = await captureError(readRows(bytes));
  expect(error).toMatchObject({ failure: { code: "NotParquet" } });
  return error.message;
}

const values = ["one", "two", "three"];
const huge = 2 ** 31 - 1;

test("columns of any name, also of one name, have their values", async () => {
  const names = ["__proto__", "constructor", "toString", "", "a.b"];
  const columns = names.map((name) => ({ name, values: values.map((value) => `${name} ${value}`) }));
  expect(await readRows(createParquet(columns.slice(0, 4)))).toEqual(
    values.map((value) => names.slice(0, 4).map((name) => `${name} ${value}`)),
  );
  expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  expect(Reflect.has({}, "one")).toBe(false);
});

describe("a Parquet file is an error, and takes neither time nor memory, with", () => {
  test("pages that claim or unpack to more than they should", async () => {
    const column = { name: "a", values };
    const zeros = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    for (const codec of [1, 2, 6])
      expect(
        await readProblem(createParquet([{ ...column, codec, claimedPageBytes: huge }])),
        String(codec),
      ).toContain("2147483647 bytes");
    await readProblem(createParquet([{ ...column, codec: 2, compress: () => zeros }]));
    await readProblem(createParquet([{ ...column, codec: 2, claimedPageBytes: -1 }]));
    await readProblem(createParquet([{ ...column, codec: 6 }]));
  });

  test("counts of rows that are negative, or are not those of its groups", async () => {
    const columns = [{ name: "a", values }];
    for (const claims of [
      { groupRows: -3n, rowCount: -3n },
      { rowCount: 4n },
      { groupRows: 1n << 62n, rowCount: 1n << 62n },
    ])
      expect(await readProblem(createParquet(columns, claims))).toMatch(
        /its row groups have|not in Parquet's format/,
      );
  });

  test("columns outside of the file", async () => {
    for (const offset of [-1n, 1n << 40n, 1n << 62n])
      await readProblem(createParquet([{ name: "a", values, offset }]));
  });

  test("a schema that claims children that are not there, or is nested deeply", async () => {
    const columns = [{ name: "a", values }];
    await readProblem(createParquet(columns, { schema: [createRoot(huge), createRoot(huge, "a")] }));
    const deep = Array.from({ length: 20_000 }, () => createRoot(1, "a"));
    await readProblem(createParquet(columns, { schema: [...deep, createRoot(0, "a")] }));
  });

  test("more values than it has bytes", async () => {
    for (const column of [
      { name: "a", values, claimedValues: huge },
      { name: "a", values, claimedValues: -1 },
      // One run of the same value.
      {
        name: "a",
        values,
        claimedValues: huge,
        optional: true,
        page: Buffer.from([6, 0, 0, 0, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0]),
      },
      {
        name: "a",
        values,
        claimedValues: huge,
        encoding: 8,
        page: Buffer.from([1, 0xfe, 0xff, 0xff, 0xff, 0x0f, 0]),
      },
    ])
      await readProblem(createParquet([column]));
  });
});
