import fc from "fast-check";
import { describe, expect, it } from "vitest";

import { ByteStore } from "../../../src/viewer/web/bytes/byte-store.js";
import { collectRows } from "../../../src/viewer/web/rows/collect-rows.js";
import { FixedRows, LineRows, type Row } from "../../../src/viewer/web/rows/rows.js";

const longest = 16;

/** A store that holds all of a text, in small blocks. */
function storeOf(bytes: Uint8Array): ByteStore {
  const store = new ByteStore(bytes.length, 8, 10_000);
  store.put(0, bytes);
  return store;
}

function rowsOf(bytes: Uint8Array): Row[] {
  const model = new LineRows(storeOf(bytes), longest);
  const rows: Row[] = [];
  for (let start = 0; start < bytes.length; start = rows.at(-1)?.end ?? bytes.length) {
    const row = model.findRowFrom(start);
    if (row === undefined) throw new Error(`no row at ${start}`);
    rows.push(row);
  }
  return rows;
}

const texts = fc
  .array(fc.constantFrom("\n", "a", "bcd", "é", "€", "😀", "0123456789abcdef", "\n\n"), { maxLength: 60 })
  .map((parts) => new TextEncoder().encode(parts.join("")));

describe("rows of lines", () => {
  it("hold every byte once, in order", () => {
    fc.assert(
      fc.property(texts, (bytes) => {
        const rows = rowsOf(bytes);
        const edges = rows.map(({ start }) => start);
        expect([...edges, rows.at(-1)?.end ?? 0]).toEqual([0, ...rows.map(({ end }) => end)]);
      }),
    );
  });

  it("are the same from any start byte", () => {
    fc.assert(
      fc.property(texts, (bytes) => {
        const model = new LineRows(storeOf(bytes), longest);
        for (const row of rowsOf(bytes)) {
          for (let offset = row.start; offset < row.end; offset += 1)
            expect(model.findRowAt(offset)).toEqual(row);
        }
      }),
    );
  });

  it("split no line of the allowed length and no character, and are no shorter than necessary", () => {
    fc.assert(
      fc.property(texts, (bytes) => {
        for (const { start, end } of rowsOf(bytes)) {
          expect(end - start).toBeLessThanOrEqual(2 * longest + 3);
          expect((bytes[start] ?? 0) & 0xc0).not.toBe(0x80);
        }
        const lines = new TextDecoder().decode(bytes).split("\n");
        const short = lines.every((line) => new TextEncoder().encode(line).length < longest);
        if (short) expect(rowsOf(bytes).every(({ isLineStart }) => isLineStart)).toBe(true);
      }),
    );
  });

  it("are distinguished from parts of a long line", () => {
    const rows = rowsOf(new TextEncoder().encode(`${"x".repeat(100)}\nshort\n`));
    expect(rows.filter(({ isLineStart }) => isLineStart).map(({ start }) => start)).toEqual([0, 101]);
  });

  it("are unknown until the bytes that decide are loaded", () => {
    const store = new ByteStore(1000, 8, 100);
    store.put(496, new TextEncoder().encode("abc\ndefghijk"));
    const model = new LineRows(store, longest);
    expect(model.findRowAt(499)).toBeUndefined();
    expect(model.findRowFrom(500)).toBeUndefined();
  });
});

describe("rows of a fixed width", () => {
  it("start at multiples of the width, and the last one ends with the file", () => {
    const model = new FixedRows(storeOf(new Uint8Array(40)), 16);
    expect(model.findRowAt(39)).toEqual({ start: 32, end: 40, isLineStart: true });
  });
});

describe("collecting rows", () => {
  it("returns the rows around a byte, and the bytes that are missing", () => {
    const bytes = new TextEncoder().encode("one\ntwo\nthree\nfour\nfive\n");
    const model = new LineRows(storeOf(bytes), longest);
    const { rows } = collectRows(model, 9, {
      before: 1,
      after: 1,
      size: bytes.length,
      show: (pieces) => pieces,
    });
    expect(rows.map(({ start }) => start)).toEqual([4, 8, 14]);
  });

  it("asks for the bytes around a position that is not loaded", () => {
    const store = new ByteStore(10_000_000);
    const { rows, wanted } = collectRows(new LineRows(store), 5_000_000, {
      before: 9,
      after: 9,
      size: store.size,
      show: (pieces) => pieces,
    });
    expect(rows).toEqual([]);
    expect(wanted.start).toBeLessThan(5_000_000);
    expect(wanted.end).toBeGreaterThan(5_000_000);
    expect(wanted.end - wanted.start).toBeLessThanOrEqual(262_144);
  });
});
