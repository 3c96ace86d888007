import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";

import { PartsSource } from "../../../src/viewer/web/bytes/parts-source.js";
import { findLastRowEnd } from "../../../src/viewer/web/file/data/find-row-end.js";
import { type RowPage, RowPages } from "../../../src/viewer/web/file/data/row-pages.js";
import { parseCsv, parseCsvHead, parseJsonLines } from "../../../src/viewer/web/file/data/tables.js";

const utf8 = { encoding: "utf-8", delimiter: "," } as const;

function openCsv(text: string): RowPages {
  const bytes = new TextEncoder().encode(text);
  const { delimiter, names, lineEnd } = parseCsvHead(text.slice(0, 10_000));
  return new RowPages({
    source: new PartsSource([{ bytes, size: bytes.byteLength }]),
    format: { encoding: "utf-8", delimiter, lineEnd },
    parse: (part, isFirst) => parseCsv(part, { delimiter, ...(!isFirst && { names }) }),
  });
}

async function readAll(pages: RowPages): Promise<RowPage[]> {
  const read: RowPage[] = [];
  for (let index = 0; ; index += 1) {
    const page = await pages.read(index, {});
    read.push(page);
    if (page.isLast) return read;
  }
}

describe("the end of the last row", () => {
  const end = (text: string, lineEnd: "\n" | "\r" = "\n") =>
    findLastRowEnd(new TextEncoder().encode(text), { ...utf8, lineEnd });

  test("is after the last line end that is not in quotation marks", () => {
    expect(end("a,b\nc,d")).toBe(4);
    expect(end('a,"b\nc",d\ne,"f\ng')).toBe(10);
    expect(end('a,"say ""no""\n",b\nc')).toBe(18);
    expect(end('5" pipe,a\nb')).toBe(10);
    expect(end("no end")).toBe(0);
    expect(end("a,b\rc,d\re", "\r")).toBe(8);
  });

  test("is found in UTF-16, in which other characters contain the same bytes", () => {
    const text = 'a,"Ċ\n",b\nĊ,x';
    const bytes = Buffer.from(text, "utf16le");
    expect(findLastRowEnd(bytes, { ...utf8, encoding: "utf-16le" })).toBe(2 * (text.lastIndexOf("\n") + 1));
    expect(findLastRowEnd(Buffer.from(bytes).swap16(), { ...utf8, encoding: "utf-16be" })).toBe(
      2 * (text.lastIndexOf("\n") + 1),
    );
  });

  test("divides any table where its parser does", () => {
    const cell = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('"', "\n", ",", '""', "a\r\nb", "x"));
    fc.assert(
      fc.property(
        fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 2, maxLength: 8 }),
        (rows) => {
          const text = Papa.unparse(rows, { newline: "\n" });
          const bytes = new TextEncoder().encode(`${text}\n`);
          const first = findLastRowEnd(bytes.subarray(0, -1), utf8);
          const parse = (part: Uint8Array) =>
            Papa.parse(new TextDecoder("utf-8", { ignoreBOM: true }).decode(part), {
              delimiter: ",",
              newline: "\n",
            }).data;
          expect([
            ...parse(bytes.subarray(0, first)).slice(0, -1),
            ...parse(bytes.subarray(first, -1)),
          ]).toEqual(parse(bytes.subarray(0, -1)));
        },
      ),
    );
  });
});

describe("a long table", () => {
  const row = (index: number) => `${index},"name\n${index}",${"x".repeat(index % 40)}`;
  const rows = Array.from({ length: 120_000 }, (_, index) => row(index + 1));
  const text = `id,name,rest\n${rows.join("\n")}\n`;

  test("is read page by page, with every row once and in order", async () => {
    const pages = await readAll(openCsv(text));
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.flatMap(({ table }) => table.rows.map(([id]) => Number(id)))).toEqual(
      Array.from({ length: 120_000 }, (_, index) => index + 1),
    );
    for (const { table, firstRow } of pages) {
      expect(table.columns).toEqual(["id", "name", "rest"]);
      expect(Number(table.rows[0]?.[0])).toBe(firstRow);
    }
  });

  test("has rows on its first page, also if the first row is longer than a page", async () => {
    const long = `${"x".repeat(2_500_000)},1`;
    const [first, ...rest] = await readAll(openCsv(`name,count\n${long}\n${"y,2\n".repeat(2_000_000)}`));
    expect(first?.table.rows[0]).toEqual(["x".repeat(2_500_000), "1"]);
    expect(rest.every(({ table }) => table.rows.length > 0)).toBe(true);
  });

  test("is opened at any row, and at its end", async () => {
    const pages = openCsv(text);
    const passed: number[] = [];
    const found = await pages.find(77_777, {}, ({ index }) => passed.push(index));
    expect(found.table.rows[77_777 - found.firstRow]?.[0]).toBe("77777");
    expect(passed).toEqual(Array.from({ length: found.index }, (_, index) => index));
    const last = await pages.find(Infinity, {}, () => undefined);
    expect([last.isLast, last.table.rows.at(-1)?.[0]]).toEqual([true, "120000"]);
    const first = await pages.read(0, {});
    expect(first.table.rows[0]?.[0]).toBe("1");
  });

  test("stops where its reader leaves", async () => {
    const leaving = new AbortController();
    const going = openCsv(text).find(Infinity, { abortSignal: leaving.signal }, () => {
      leaving.abort();
    });
    await expect(going).rejects.toThrow("abort");
  });

  test("may have a row that is longer than a page", async () => {
    const long = `a,b\n1,${"y".repeat(3_000_000)}\n2,z\n`;
    const pages = await readAll(openCsv(long));
    expect(pages.flatMap(({ table }) => table.rows.map(([id]) => id))).toEqual(["1", "2"]);
  });

  test("of JSON lines is divided at line ends, quotation marks or not", async () => {
    const lines = Array.from({ length: 60_000 }, (_, id) =>
      JSON.stringify({ id, quote: '"', rest: "r".repeat(20) }),
    );
    const bytes = new TextEncoder().encode(lines.join("\n"));
    const source = new PartsSource([{ bytes, size: bytes.byteLength }]);
    const pages = await readAll(
      new RowPages({ source, format: { encoding: "utf-8" }, parse: parseJsonLines }),
    );
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.reduce((sum, { table }) => sum + table.rows.length, 0)).toBe(60_000);
  });
});
