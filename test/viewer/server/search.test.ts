import { expect, test } from "vitest";

import type { SearchHit, SearchProgress } from "../../../src/viewer/protocol/index.js";
import { alignToLines } from "../../../src/viewer/server/search/align-to-lines.js";
import { splitIntoWindows, windowBytes } from "../../../src/viewer/server/search/byte-windows.js";
import { searchLines } from "../../../src/viewer/server/search/search-lines.js";
import { createPattern } from "../../../src/viewer/server/search/search-query.js";
import { PatternSearch } from "../../../src/viewer/server/search/pattern-search.js";
import { readFailureCode, readItems, logName, readMessages, setUpViewer } from "./support/viewer-fixture.js";

interface Options {
  isCaseSensitive?: boolean;
  isRegex?: boolean;
  fromByte?: number;
  /** How the bytes arrive. */
  chunkBytes?: number;
}

/** All hits in a text that flows by. */
async function hitsIn(
  content: string | Uint8Array,
  text: string,
  options: Options = {},
): Promise<SearchHit[]> {
  const { isCaseSensitive = false, isRegex = false, fromByte = 0, chunkBytes = 1000 } = options;
  const bytes = Buffer.from(content).subarray(fromByte);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += chunkBytes) yield bytes.subarray(at, at + chunkBytes);
  };
  const pattern = createPattern({ text, isCaseSensitive, isRegex });
  using search = new PatternSearch(pattern, new AbortController().signal);
  const hits: SearchHit[] = [];
  for await (const found of searchLines(
    chunks(),
    async (part, max) => await search.find(part, max),
    fromByte,
    10_000,
  ))
    hits.push(...found.hits);
  return hits;
}

const shown = (hits: readonly SearchHit[]): string[] =>
  hits.map(({ text, start, end }) => text.slice(start, end));

test("a match has its line, the start of the line, and its position", async () => {
  expect(await hitsIn("one\nan error here\nerror\n\nlast Error", "error")).toEqual([
    { lineStart: 4, lineNumber: 2, text: "an error here", start: 3, end: 8 },
    { lineStart: 18, lineNumber: 3, text: "error", start: 0, end: 5 },
    { lineStart: 25, lineNumber: 5, text: "last Error", start: 5, end: 10 },
  ]);
});

test("positions are in bytes, for any characters in any chunks", async () => {
  const content = "größe 😀\r\n日本語 ERROR\r\nnach ü: error\r\n";
  for (const chunkBytes of [1, 2, 3, 5, 1000]) {
    expect(await hitsIn(content, "error", { chunkBytes })).toEqual([
      { lineStart: 14, lineNumber: 2, text: "日本語 ERROR", start: 4, end: 9 },
      { lineStart: 31, lineNumber: 3, text: "nach ü: error", start: 8, end: 13 },
    ]);
  }
});

test("bytes that are not UTF-8 do not shift the positions after them", async () => {
  const content = Buffer.concat([Buffer.from([0xff, 0xc3, 0x0a, 0xe6, 0x97, 0x0a]), Buffer.from("x error")]);
  expect(await hitsIn(content, "error")).toEqual([
    { lineStart: 6, lineNumber: 3, text: "x error", start: 2, end: 7 },
  ]);
});

test("a search ignores case in every script unless isCaseSensitive is set", async () => {
  expect(shown(await hitsIn("STRASSE\nÄPFEL\näpfel\nΣΑΣ", "äpfel"))).toEqual(["ÄPFEL", "äpfel"]);
  expect(shown(await hitsIn("ÄPFEL\näpfel", "äpfel", { isCaseSensitive: true }))).toEqual(["äpfel"]);
  expect(shown(await hitsIn("ΣΑΣ", "σας"))).toEqual(["ΣΑΣ"]);
});

test("a text matches literally, a pattern within a line", async () => {
  const content = "a.c\nabc\n(x)*\nerror 17\nerror 4";
  expect(shown(await hitsIn(content, "a.c"))).toEqual(["a.c"]);
  expect(shown(await hitsIn(content, "(x)*"))).toEqual(["(x)*"]);
  expect(shown(await hitsIn(content, "a.c", { isRegex: true }))).toEqual(["a.c", "abc"]);
  expect(shown(await hitsIn(content, "^error (\\d+)$", { isRegex: true }))).toEqual(["error 17", "error 4"]);
  expect(shown(await hitsIn("ab\ncd", "b\\s*c", { isRegex: true }))).toEqual(["b"]);
  expect(shown(await hitsIn("xx\n\n😀y\nyy", "y*", { isRegex: true }))).toEqual(["y", "yy"]);
});

test("a line has one match, the first", async () => {
  expect(await hitsIn("error error\nerror", "error")).toHaveLength(2);
});

test("matches in a log that is searched from the middle have no line numbers", async () => {
  expect(await hitsIn("error\nerror\n", "error", { fromByte: 6 })).toEqual([
    { lineStart: 6, lineNumber: 1, text: "error", start: 0, end: 5 },
  ]);
});

test("lines longer than a window are searched across its borders, and shown in part", async () => {
  const before = "é".repeat(windowBytes / 2 - 2);
  const content = `first\n${before}needle${"y".repeat(3 * windowBytes)}\nneedle`;
  for (const shift of [0, 1, 2, 3, 4, 5, 6, 7]) {
    const hits = await hitsIn("x".repeat(shift) + content, "needle", { chunkBytes: 64 * 1024 });
    expect(hits.map(({ lineNumber }) => lineNumber)).toEqual([2, 3]);
    expect(shown(hits)).toEqual(["needle", "needle"]);
    expect(hits[0]?.lineStart).toBe(6 + shift);
    expect(hits[0]?.text.length).toBeLessThan(1000);
  }
});

test("windows are limited for any lines, and together contain every byte", async () => {
  const content = Buffer.from(`${"a".repeat(5 * windowBytes)}\n${"short\n".repeat(100_000)}end`);
  const chunks = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += 3_000_000) yield content.subarray(at, at + 3_000_000);
  };
  let covered = 0;
  for await (const { bytes, offset } of splitIntoWindows(chunks(), 0)) {
    expect(bytes.length).toBeLessThanOrEqual(windowBytes);
    expect(offset).toBeLessThanOrEqual(covered);
    covered = Math.max(covered, offset + bytes.length);
    expect(content.compare(bytes, 0, bytes.length, offset, offset + bytes.length)).toBe(0);
  }
  expect(covered).toBe(content.length);
});

test("a pattern that backtracks endlessly is stopped, and the server continues", async () => {
  const content = `${"a".repeat(40)}!\n`;
  await expect(hitsIn(content, "^(a+)+$", { isRegex: true })).rejects.toMatchObject({
    failure: { code: "PatternTooSlow" },
  });
  expect(await hitsIn(content, "a!")).toHaveLength(1);
});

test("a pattern that backtracks delays no other request, and ends with its reader", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, `${"a".repeat(40)}!\n`);
  const leaving = new AbortController();
  const address = `api/search/${container}/${logName}?regex=1&q=${encodeURIComponent("^(a+)+$")}`;
  const answers = await Promise.all([1, 2, 3].map(() => ask(address, { signal: leaving.signal })));
  const states = Promise.allSettled(answers.map((answer) => answer.text()));
  // Each of these would wait for a search that computed in the server's own thread.
  for (let turn = 0; turn < 20; turn += 1) expect((await ask("api/config")).status).toBe(200);
  leaving.abort();
  expect((await states).every(({ status }) => status === "rejected")).toBe(true);
});

test("consecutive ranges find each line once, wherever they are cut", async () => {
  const content = "error 1\n\nlong error line 2\nerror 3\nend of error 4";
  const size = content.length;
  for (let cut = 0; cut <= size; cut += 1) {
    const hits: SearchHit[] = [];
    let lines = 0;
    for (const [from, to] of [
      [0, cut],
      [cut, size],
    ] as const) {
      const bytes = Buffer.from(content).subarray(Math.max(0, from - 1));
      const chunks = async function* (): AsyncGenerator<Uint8Array> {
        for (let at = 0; at < bytes.length; at += 5) yield bytes.subarray(at, at + 5);
      };
      using search = new PatternSearch({ source: "error", flags: "gmu" }, new AbortController().signal);
      const text = await alignToLines(chunks(), from, to);
      let ended = 0;
      const find = async (part: string, max: number) => await search.find(part, max);
      for await (const found of searchLines(text.chunks, find, text.start, 100)) {
        hits.push(...found.hits.map((hit) => ({ ...hit, lineNumber: hit.lineNumber + lines })));
        ended = found.lineCount;
      }
      lines += ended;
    }
    expect(
      hits.map(({ lineStart, lineNumber }) => [lineStart, lineNumber]),
      `cut at ${cut}`,
    ).toEqual([
      [0, 1],
      [9, 3],
      [27, 4],
      [35, 5],
    ]);
  }
});

test("matches are streamed with progress and an end", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, `${"nothing\n".repeat(700_000)}error: here`);
  const messages = await readMessages<SearchHit, SearchProgress>(
    await ask(`api/search/${container}/${logName}?q=error`),
  );
  const total = 8 * 700_000 + 11;
  expect(messages).toContainEqual({
    item: { lineStart: 5_600_000, lineNumber: 700_001, text: "error: here", start: 0, end: 5 },
  });
  const progress = messages.flatMap((message) => ("progress" in message ? [message.progress] : []));
  expect(progress.length).toBeGreaterThan(1);
  expect(progress.at(-1)).toEqual({ searchedBytes: total, totalBytes: total, lineCount: 700_000 });
  expect(messages.at(-1)).toEqual({ end: true });
});

test("the number of matches is limited, and the limit is reported", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, "x\n".repeat(10_500));
  const messages = await readMessages<SearchHit, SearchProgress>(
    await ask(`api/search/${container}/${logName}?q=x`),
  );
  expect(messages.filter((message) => "item" in message)).toHaveLength(10_000);
  expect(messages).toContainEqual({
    progress: { searchedBytes: 19_998, totalBytes: 21_000, lineCount: 10_500, isCapped: true },
  });
  expect(messages.at(-1)).toEqual({ end: true });
  const rest = await readItems<SearchHit>(await ask(`api/search/${container}/${logName}?q=x&from=20000`));
  expect(rest).toHaveLength(500);
});

test("an invalid search is rejected with the reason", async () => {
  const { ask, container, put } = await setUpViewer();
  await put(logName, "x");
  const at = (query: string) => ask(`api/search/${container}/${logName}?${query}`);
  for (const query of [
    "",
    "q=",
    `q=${"x".repeat(1001)}`,
    "q=x&from=-1",
    "q=x&from=1e3",
    "q=(&regex=1",
    "q=%5Cp&regex=1",
  ])
    expect(await readFailureCode(await at(query)), query).toBe("400 BadRequest");
  expect(await readItems(await at("q=x&from=99"))).toEqual([]);
  expect(await readMessages(await at("q=(a%2B)%2B%24&regex=1"))).toHaveLength(2);
});

test("a reader that disconnects stops the search", async () => {
  const { ask, container, put, proxy } = await setUpViewer();
  await put(logName, `error\n${"nothing\n".repeat(2_000_000)}`);
  const response = await ask(`api/search/${container}/${logName}?q=error`);
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  await proxy.waitUntilIdle();
  const [exchange] = proxy.exchanges.filter(({ operation }) => operation === "GetBlob");
  expect(exchange?.clientGot).not.toBe("answer");
});
