import { columnFromArray, field, int32, struct, tableFromColumns, tableToIPC, utf8 } from "@uwdata/flechette";
import { expect, test } from "vitest";

import { PartsSource } from "../../../src/viewer/web/bytes/parts-source.js";
import { decodeTable } from "../../../src/viewer/web/file/arrow/decode-table.js";
import { openArrow } from "../../../src/viewer/web/file/arrow/open-arrow.js";
import { smallArrowFile, smallArrowStream } from "./support/small-arrow.js";

test("columns and members of any name have their values", () => {
  const names = ["__proto__", "constructor", "toJSON", "b"];
  const inner = struct([field("__proto__", utf8())]);
  const type = struct([...names.map((name) => field(name, int32())), field("deep", inner)]);
  const row = JSON.parse(
    '{"__proto__":7,"constructor":8,"toJSON":9,"b":10,"deep":{"__proto__":"x"}}',
  ) as object;
  const ipc = tableToIPC(tableFromColumns([["__proto__", columnFromArray([row], type)]]), {
    format: "stream",
  });
  const { columns, table } = decodeTable({ messages: [ipc ?? new Uint8Array()], maxRows: 10 });
  expect(columns.map(({ name }) => name)).toEqual(["__proto__"]);
  expect(table.rows).toEqual([
    ['{"__proto__":7,"constructor":8,"toJSON":9,"b":10,"deep":{"__proto__":"x"}}'],
  ]);
});

/** Where the descriptions of messages are. Packed values that take long to unpack are for the limit of the worker. */
async function listDescribed(whole: Uint8Array): Promise<number[]> {
  const { schema, dictionaries, batches } = await openArrow(
    new PartsSource([{ bytes: whole, size: whole.length }]),
    {},
  );
  return [schema, ...dictionaries, ...batches].flatMap(({ start }) => {
    const length = new DataView(whole.buffer, whole.byteOffset + start).getUint32(4, true);
    return Array.from({ length: Math.ceil((8 + length) / 3) }, (_, index) => start + 3 * index);
  });
}

test("any length or offset that is wrong is an error, and takes neither time nor memory", async () => {
  for (const whole of [smallArrowFile, smallArrowStream])
    for (const at of await listDescribed(whole))
      for (const wrong of [[0xff], [0x7f, 0xff], [0xff, 0xff, 0xff, 0xff], [0x00, 0x00, 0x00, 0x80]]) {
        const bytes = new Uint8Array(whole);
        bytes.set(wrong.slice(0, whole.length - at), at);
        const source = new PartsSource([{ bytes, size: bytes.length }]);
        try {
          const { schema, dictionaries, batches } = await openArrow(source, {});
          for (const batch of batches) {
            const found = [schema, ...dictionaries, batch];
            const messages = found.map(({ start, end }) => bytes.subarray(start, end));
            const { table } = decodeTable({ messages, maxRows: 10 });
            expect(table.rows.length).toBeLessThanOrEqual(10);
          }
        } catch (error) {
          expect(error, `at ${at}`).toBeInstanceOf(Error);
        }
      }
});
