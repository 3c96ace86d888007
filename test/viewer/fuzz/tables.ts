import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import Papa from "papaparse";

import type { ByteSource } from "../../../src/viewer/web/bytes/byte-source.js";
import { isGzip, unpackGzip } from "../../../src/viewer/web/bytes/unpack-gzip.js";
import { findLastRowEnd } from "../../../src/viewer/web/file/data/find-row-end.js";
import { parseCsv, parseCsvHead, parseJsonLines } from "../../../src/viewer/web/file/data/tables.js";
import { parseNotebook } from "../../../src/viewer/web/file/notebook/notebook.js";
import { type JsonSource, parseJsonSource } from "../../../src/viewer/web/json/json-source.js";
import { findJsonLines } from "../../../src/viewer/web/json/show-json-lines.js";
import { fromBytes, type FuzzTarget, toBytes } from "../../fuzz/support/fuzz-target.js";
import { attempt, isA } from "../../fuzz/support/properties.js";

/** The value without its source texts; `__proto__` is a member like others. */
function plain(value: JsonSource): unknown {
  if (value.type === "string") return value.value;
  if (value.type === "array") return value.items.map(plain);
  if (value.type === "object")
    return Object.fromEntries(value.members.map(([name, member]) => [name, plain(member)]));
  return JSON.parse(value.source) as unknown;
}

function checkJson(text: string): void {
  const parse = (): unknown => JSON.parse(text.replace(/^\uFEFF/, ""));
  const expected = attempt(parse, isA(SyntaxError));
  const { value: read, error } = attempt(() => parseJsonSource(text), isA(SyntaxError));
  // Only depth may make a difference.
  if (expected.error !== undefined) assert.ok(error !== undefined);
  else if (read !== undefined) assert.deepEqual(JSON.stringify(plain(read)), JSON.stringify(expected.value));
  else assert.ok(text.length > 2000);
  attempt(() => parseNotebook(text), isA(SyntaxError));
}

function checkCsv(text: string): void {
  const { columns, rows, columnCount, unevenRows, delimiter } = parseCsv(text);
  assert.ok(columns.length <= columnCount && unevenRows <= rows.length);
  assert.ok(rows.every((row) => row.length <= columnCount && row.every((cell) => typeof cell === "string")));
  const { data } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ""), {
    skipEmptyLines: true,
    delimiter: delimiter ?? "",
  });
  assert.deepEqual(rows, data.slice(1));
  assert.deepEqual(parseCsvHead(text).names.slice(0, 500), data[0]?.slice(0, 500) ?? []);
  // Pages are cut at the end of a row: then the rows of both halves are those of the whole.
  if (/["\r\ufeff]/.test(text) || delimiter === undefined || delimiter === "") return;
  const bytes = Buffer.from(text);
  const end = findLastRowEnd(bytes.subarray(0, bytes.length >> 1), { encoding: "utf-8", delimiter });
  const parseAll = (part: Buffer): string[][] =>
    Papa.parse<string[]>(part.toString(), { skipEmptyLines: true, delimiter, newline: "\n" }).data;
  if (!text.includes("\ufffd") && bytes.toString() === text)
    assert.deepEqual(
      [...parseAll(bytes.subarray(0, end)), ...parseAll(bytes.subarray(end))],
      parseAll(bytes),
    );
}

async function checkGzip(bytes: Buffer): Promise<void> {
  const source: ByteSource = {
    size: bytes.length,
    read: async ({ start, end }) => bytes.subarray(start, end),
  };
  const unpacked = await unpackGzip(source, 100_000, {});
  if (unpacked === undefined) return;
  assert.ok(isGzip(bytes) && unpacked.bytes.length <= 100_000);
}

const cell = fc.constantFrom("a", "1", "", '"q"', '"a""b"', '"x,y"', '"l\nm"', "é", " s ", '"open');
const csv = fc
  .tuple(
    fc.constantFrom(",", ";", "\t", "|"),
    fc.constantFrom("\n", "\r\n", "\r"),
    fc.array(fc.array(cell, { maxLength: 5 }), { maxLength: 8 }),
  )
  .map(([delimiter, end, rows]) => rows.map((row) => row.join(delimiter)).join(end));
const json = fc.json({ maxDepth: 5 });
const lines = fc
  .array(
    fc.oneof(
      json,
      fc.constantFrom("{", "not json", '{"__proto__":1,"a":2}', '{"level":"info","message":"x","time":1}'),
    ),
    { maxLength: 6 },
  )
  .map((all) => all.join("\n"));

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [
    ...[
      'a,b\n1,"x, y"\n2,"l\nm"\n',
      "\ufeffa;b\r\n1;2\r\n",
      '{"a":1,"b":[1,{"c":null}]}\n{"a":"x","__proto__":2}\n',
      '{"cells":[{"cell_type":"code","source":["x"],"outputs":[{"output_type":"stream","text":"a"}]}],"metadata":{}}',
      `${"[".repeat(3000)}${"]".repeat(3000)}`,
      "1e400,12345678901234567890",
    ].map((text) => fromBytes(Buffer.from(text))),
    fromBytes(gzipSync("a,b\n1,2\n".repeat(20))),
  ],
  grammar: fc.oneof(csv, json, lines).map((text) => fromBytes(Buffer.from(text))),
  words: ['"', ",", "\n", "\r", "{", "}", "[", "]", ":", "\\u0000", '"__proto__":', "\x1f\x8b\x08", "\\"],
  async check(input) {
    const bytes = toBytes(input);
    const text = bytes.toString("utf8");
    checkJson(text);
    checkCsv(text);
    const { columns, rows, columnCount } = parseJsonLines(text);
    assert.ok(columns.length <= columnCount && rows.every((row) => row.length <= columnCount));
    findJsonLines(text.split("\n"));
    await checkGzip(bytes);
  },
};
