import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type JsonSource, parseJsonSource } from "../../../src/viewer/web/json/json-source.js";
import { maxColumns, parseCsv, parseJsonLines } from "../../../src/viewer/web/file/data/tables.js";

/** What JSON.parse would have made of it. */
function plain(value: JsonSource): unknown {
  if (value.type === "string") return value.value;
  if (value.type === "array") return value.items.map(plain);
  if (value.type === "object")
    return Object.fromEntries(value.members.map(([name, member]) => [name, plain(member)]));
  return JSON.parse(value.source) as unknown;
}

describe("JSON text", () => {
  test("numbers keep their digits", () => {
    const numbers = ["12345678901234567891", "1e400", "1.0", "-0", "0.10000000000000000555", "1E+2"];
    const value = parseJsonSource(`[ ${numbers.join(" ,\n")} ]`);
    expect(value.type === "array" && value.items).toEqual(
      numbers.map((source) => ({ type: "number", source })),
    );
  });

  test("members keep their order and number, whatever their names", () => {
    const value = parseJsonSource('{"b":1,"10":2,"2":3,"__proto__":4,"b":5, "":{}}');
    const names = value.type === "object" ? value.members.map(([name]) => name) : [];
    expect(names).toEqual(["b", "10", "2", "__proto__", "b", ""]);
  });

  test("everything else is parsed as by JSON.parse", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, undefined, indent);
        expect(plain(parseJsonSource(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  test("text that is not JSON, or too deeply nested, is a SyntaxError", () => {
    for (const text of ['{"loss": NaN}', "[1,]", "", "[1] 2", "[".repeat(5000) + "]".repeat(5000)])
      expect(() => parseJsonSource(text), text.slice(0, 20)).toThrow(SyntaxError);
  });
});

describe("tables", () => {
  test("CSV has as many columns as its widest row, and the number of rows that differ", () => {
    const table = parseCsv("a,b\n1,2,3,4\n5\n6,7\n");
    expect(table.columns).toEqual(["a", "b", "", ""]);
    expect(table).toMatchObject({ columnCount: 4, unevenRows: 2, delimiter: "," });
    expect(table.rows[0]).toEqual(["1", "2", "3", "4"]);
  });

  test("columns that are not shown are counted", () => {
    const wide = Array.from({ length: maxColumns + 7 }, (_, index) => `c${index}`).join(";");
    const table = parseCsv(`${wide}\n${wide}\n`);
    expect([table.columns.length, table.columnCount, table.delimiter]).toEqual([
      maxColumns,
      maxColumns + 7,
      ";",
    ]);
  });

  test("JSON lines keep their digits, and a member of a later line gets a column", () => {
    const late = '{"id":9007199254740993,"x":1.0}\n'.repeat(1500) + '{"late":[1e400]}\n';
    const table = parseJsonLines(late);
    expect(table.columns).toEqual(["id", "x", "late"]);
    expect(table.rows[0]).toEqual(["9007199254740993", "1.0"]);
    expect(table.rows.at(-1)).toEqual(["", "", "[1e400]"]);
  });
});
