import assert from "node:assert/strict";
import { buffer } from "node:stream/consumers";
import fc from "fast-check";
import { makeZip } from "client-zip";

import { findTarEntries } from "../../../src/viewer/server/archive/tar-entries.js";
import { parsePaxRecords, parseTarHeader } from "../../../src/viewer/server/archive/tar-header.js";
import { findZipEntries } from "../../../src/viewer/server/archive/zip-entries.js";
import { ViewerError } from "../../../src/viewer/server/http/viewer-error.js";
import { createTar } from "../../viewer/support/create-tar.js";
import { fromBytes, type FuzzTarget, toBytes } from "../support/fuzz-target.js";

/** Far more than any archive of a few kilobytes has, or needs. */
const maxEntries = 1000;
const maxReads = 20_000;
/** A file of a few kilobytes may unpack to a thousand times as much; this target looks at the start of each. */
const maxUnpackedBytes = 4 * 1024 * 1024;

function createReader(bytes: Buffer) {
  let reads = 0;
  const slice = (position: number, length: number): Buffer => {
    reads += 1;
    assert.ok(reads < maxReads, "the archive is read in a limited number of steps");
    assert.ok(Number.isSafeInteger(position) && position >= 0, `there is no byte ${position}`);
    assert.ok(Number.isSafeInteger(length) && length >= 0, `${length} bytes cannot be read`);
    return bytes.subarray(position, position + length);
  };
  return {
    read: async (position: number, length: number) => slice(position, length),
    stream: async function* (position: number, length: number) {
      yield slice(position, length);
    },
  };
}

async function allow(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    if (!(error instanceof ViewerError)) throw error;
    assert.equal(error.status, 422);
  }
}

async function checkTar(bytes: Buffer): Promise<void> {
  let last = -1;
  let count = 0;
  for await (const { entry, position } of findTarEntries(createReader(bytes))) {
    assert.ok(position > last, "entries follow each other");
    assert.ok(Number.isSafeInteger(entry.size) && entry.size >= 0, `a size is not ${entry.size}`);
    last = position;
    count += 1;
    if (count > maxEntries) return;
  }
}

async function checkZip(bytes: Buffer): Promise<void> {
  let count = 0;
  for await (const { entry, open } of findZipEntries(createReader(bytes), bytes.length)) {
    assert.ok(entry.size >= 0);
    count += 1;
    if (count > 20) return;
    await allow(async () => {
      const content = await open();
      let length = 0;
      try {
        for await (const chunk of content as AsyncIterable<Buffer>) {
          length += chunk.length;
          if (length > maxUnpackedBytes) break;
        }
      } catch (error) {
        // A damaged content ends the stream with the error of zlib or yauzl, which its reader reports.
        assert.ok(error instanceof Error);
      }
    });
  }
}

const zip = await buffer(
  makeZip([
    { name: "a.txt", input: "hello", size: 5 },
    { name: "b/ü.txt", input: "x".repeat(50), size: 50 },
  ]),
);

/** A header of any fields, with its checksum. */
const header = fc
  .record({
    name: fc.constantFrom("a", "folder/", "../../x", "", "é"),
    size: fc.constantFrom(
      "00000000005\0",
      "00000000000\0",
      "-0000002000\0",
      "-1\0",
      "77777777777\0",
      "\x80\0\0\0\0\0\0\0\0\0\0\x05",
      "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
      "abc\0",
      "00000001000\0",
    ),
    type: fc.constantFrom("0", "\0", "5", "x", "L", "g", "K", "2"),
    content: fc.constantFrom(
      "",
      "hello",
      "13 size=-600\n",
      "14 size=1e999\n",
      "12 path=a/b\n",
      "99 path=x\n",
    ),
  })
  .map(({ name: path, size, type, content }) => {
    const block = Buffer.alloc(content === "" ? 512 : 1024);
    block.write(path, 0, "latin1");
    block.write(size, 124, "latin1");
    block.write("14000000000\0", 136);
    block.write("        ", 148);
    block.write(type, 156);
    block.write("ustar\x0000", 257);
    const sum = block.subarray(0, 512).reduce((all, byte) => all + byte, 0);
    block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
    block.write(content, 512, "latin1");
    return fromBytes(block);
  });

export const target: FuzzTarget = {
  isBinary: true,
  seeds: [
    fromBytes(
      createTar([
        { path: "a.txt", content: "hello" },
        { path: "folder/", content: "" },
        { path: `${"x".repeat(120)}/b.txt`, content: "y".repeat(600) },
      ]),
    ),
    fromBytes(zip),
    "28 size=-1024\n19 path=../../x\n",
  ],
  grammar: fc.array(header, { minLength: 1, maxLength: 6 }).map((blocks) => blocks.join("")),
  words: [
    "\0",
    "-1",
    "-2000\0",
    "PK\x03\x04",
    "PK\x01\x02",
    "PK\x05\x06",
    "PK\x06\x06",
    "\xff\xff\xff\xff",
    "ustar",
    "size=-1024",
    "30 size=99999999999999999999999\n",
  ],
  async check(input) {
    const bytes = toBytes(input);
    for (const [key] of parsePaxRecords(bytes)) assert.notEqual(key, "");
    parseTarHeader(bytes);
    await allow(() => checkTar(bytes));
    // Most damage is found by the checksum, so that of the first header is set right.
    const repaired = Buffer.from(bytes);
    if (repaired.length >= 512) {
      const sum = repaired
        .subarray(0, 512)
        .reduce((all, byte, index) => all + (index >= 148 && index < 156 ? 0x20 : byte), 0);
      repaired.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
      await allow(() => checkTar(repaired));
    }
    await allow(() => checkZip(bytes));
  },
};
