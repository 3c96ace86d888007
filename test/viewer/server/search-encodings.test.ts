import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import type { SearchHit, SearchProgress } from "../../../src/viewer/protocol/index.js";
import { logName, readFailureCode, readItems, readMessages, setUpViewer } from "./support/viewer-fixture.js";

/** Characters that contain the byte of a newline, one beyond the basic plane, and both kinds of line ends. */
const text = "\uFEFF\u0a0a begins\r\n\u010a ERROR one 😀\n\nthe end: error two";

function encodeUtf16(content: string, isLittleEndian: boolean): Buffer {
  const bytes = Buffer.from(content, "utf16le");
  return isLittleEndian ? bytes : bytes.swap16();
}

test.each(["utf-16le", "utf-16be"])("%s is searched by characters, in any byte ranges", async (encoding) => {
  const { ask, container, put } = await setUpViewer();
  const bytes = encodeUtf16(text, encoding === "utf-16le");
  await put(logName, bytes);
  const search = async (query: string) =>
    await readItems<SearchHit>(await ask(`api/search/${container}/${logName}?encoding=${encoding}&${query}`));
  const lineStarts = [...text.matchAll(/(?<=\n)/g)].map(({ index }) => 2 * index);
  const all = await search("q=error");
  expect(all).toEqual([
    { lineStart: lineStarts[0], lineNumber: 2, text: "\u010a ERROR one 😀", start: 2, end: 7 },
    { lineStart: lineStarts[2], lineNumber: 4, text: "the end: error two", start: 9, end: 14 },
  ]);
  expect(await search(`q=${encodeURIComponent("^\u0a0a")}&regex=1`)).toHaveLength(1);
  const second = lineStarts[0] ?? 0;
  for (let cut = second - 2; cut <= second + 2; cut += 1) {
    const parts = [...(await search(`q=error&to=${cut}`)), ...(await search(`q=error&from=${cut}`))];
    expect(
      parts.map(({ lineStart }) => lineStart),
      `cut at ${cut}`,
    ).toEqual(all.map(({ lineStart }) => lineStart));
  }
});

test("a long line of UTF-16 is searched across windows, and Latin-1 by its characters", async () => {
  const { ask, container, put } = await setUpViewer();
  const search = async (query: string) =>
    await readItems<SearchHit>(await ask(`api/search/${container}/${logName}?${query}`));
  await put(logName, encodeUtf16(`${"😀".repeat(65_534)}needle${"é".repeat(300_000)}\nneedle`, true));
  const found = await search("q=needle&encoding=utf-16le");
  expect(found.map(({ lineNumber }) => lineNumber)).toEqual([1, 2]);
  await put(logName, Buffer.from("caf\xe9 au lait\n", "latin1"));
  expect(await search("q=CAF%C3%89&encoding=windows-1252")).toHaveLength(1);
});

test("the content of a gzip file is searched as far as it can be unpacked", async () => {
  const { ask, container, put } = await setUpViewer();
  const content = `${"nothing\n".repeat(200_000)}error: here\n${"nothing\n".repeat(10)}`;
  const search = (query: string) => ask(`api/search/${container}/${logName}?unpack=gzip&${query}`);
  await put(logName, gzipSync(content));
  const hit = { lineStart: 1_600_000, text: "error: here", start: 0, end: 5 };
  expect(await readItems(await search(`q=error&to=${content.length}`))).toEqual([
    { ...hit, lineNumber: 200_001 },
  ]);
  expect(await readItems(await search(`q=error&from=1599992&to=${content.length}`))).toEqual([
    { ...hit, lineNumber: 2 },
  ]);
  const packed = gzipSync(content);
  await put(logName, packed.subarray(0, packed.length - 20));
  const messages = await readMessages<SearchHit, SearchProgress>(await search("q=nothing&to=100"));
  expect(messages.at(-1)).toEqual({ end: true });
  await put(logName, "not packed: error");
  expect(await readItems(await search("q=error"))).toEqual([]);
});

test("unknown encodings and compressions are rejected", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, "x");
  for (const query of ["encoding=latin-15", "unpack=zip"])
    expect(await readFailureCode(await ask(`api/search/${container}/${logName}?q=x&${query}`))).toBe(
      "400 BadRequest",
    );
});
