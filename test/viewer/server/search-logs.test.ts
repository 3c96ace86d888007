import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import type { LogMatches, LogSearchProgress, LogSearchRequest } from "../../../src/viewer/protocol/index.js";
import { readFailureCode, readMessages, setUpViewer, type ViewerFixture } from "./support/viewer-fixture.js";

async function post(fixture: ViewerFixture, request: Partial<LogSearchRequest>): Promise<Response> {
  return await fixture.ask(`api/jobs/${fixture.container}/search`, {
    method: "POST",
    body: JSON.stringify(request),
  });
}

async function search(fixture: ViewerFixture, request: Partial<LogSearchRequest>) {
  const messages = await readMessages<LogMatches, LogSearchProgress>(await post(fixture, request));
  const matches = messages.flatMap((message) => ("item" in message ? [message.item] : []));
  return {
    last: messages.at(-1),
    matches: matches.toSorted((one, other) => (one.blobName < other.blobName ? -1 : 1)),
    progress: messages.flatMap((message) => ("progress" in message ? [message.progress] : [])).at(-1),
  };
}

test("searches all logs of a job, or those of some tasks", async () => {
  const fixture = await setUpViewer();
  await fixture.put("a/$TaskLog/stdout.txt", "one\nCUDA out of memory\nCUDA OUT of memory\n");
  await fixture.put("b/$TaskLog/app.log.gz", gzipSync("packed: cuda out of memory\n"));
  await fixture.put("c/$TaskLog/wide.txt", Buffer.from("\ufeffcuda out of memory, größe\r\n", "utf16le"));
  await fixture.put("d/$TaskLog/stdout.txt", "fine\n");
  await fixture.put("d/$TaskOutput/a.csv", "cuda out of memory, but no log\n");
  const { matches, progress, last } = await search(fixture, { text: "cuda out of" });
  expect(last).toEqual({ end: true });
  expect(matches).toMatchObject([
    { taskId: "a", path: "stdout.txt", lineCount: 2, hits: [{ lineNumber: 2, start: 0, end: 11 }, {}] },
    { taskId: "b", path: "app.log.gz", lineCount: 1, hits: [{ text: "packed: cuda out of memory" }] },
    { taskId: "c", hits: [{ lineNumber: 1 }] },
  ]);
  expect(progress).toMatchObject({ searchedLogs: 4, unreadableLogs: 0 });
  const some = await search(fixture, {
    ...{ text: "CUDA (out|OUT) of", isRegex: true, isCaseSensitive: true, taskIds: ["a", "d"] },
  });
  expect(some.matches).toMatchObject([{ taskId: "a", lineCount: 2 }]);
  expect(some.progress).toMatchObject({ searchedLogs: 2 });
  expect((await search(fixture, { text: "never" })).matches).toEqual([]);
});

test("counts a log that cannot be read, and searches the others", async () => {
  const fixture = await setUpViewer();
  await fixture.put("a/$TaskLog/a.log.gz", gzipSync("needle\n".repeat(1_000)).subarray(0, 40));
  await fixture.put("b/$TaskLog/stdout.txt", "needle\n");
  const { matches, progress } = await search(fixture, { text: "needle" });
  expect(matches.map(({ taskId }) => taskId)).toContain("b");
  expect(progress).toMatchObject({ searchedLogs: 2, unreadableLogs: 1 });
});

test("counts the matches of a log up to a limit, and shows the first ones", async () => {
  const fixture = await setUpViewer();
  await fixture.put("a/$TaskLog/stdout.txt", "needle\n".repeat(50_000));
  const { matches } = await search(fixture, { text: "needle" });
  expect(matches).toMatchObject([{ lineCount: 1_000, isCapped: true }]);
  expect(matches[0]?.hits).toHaveLength(3);
});

test("a pattern that backtracks endlessly stops only its own search", async () => {
  const fixture = await setUpViewer();
  await fixture.put("a/$TaskLog/stdout.txt", `${"a".repeat(60_000)}!\n`.repeat(3));
  const words = Array.from({ length: 120 }, (_, n) => `a{${n}}b`).join("|");
  const hostile = ["(a+)+$", "^(a|a)*$", "(a*)*\\1b", words];
  for (const text of hostile) {
    const searched = search(fixture, { text, isRegex: true });
    const content = await fixture.ask(`content/${fixture.container}/a/$TaskLog/stdout.txt`, {
      headers: { range: "bytes=0-9" },
    });
    expect(await content.text()).toBe("a".repeat(10));
    expect((await fixture.ask("api/config")).status).toBe(200);
    const { matches, last } = await searched;
    expect(matches).toEqual([]);
    expect(JSON.stringify(last)).toMatch(/"PatternTooSlow"|"end":true/);
  }
});

test("invalid searches are rejected", async () => {
  const fixture = await setUpViewer();
  for (const request of [{}, { text: "" }, { text: "(", isRegex: true }, { text: "x", taskIds: [1] }])
    expect(await readFailureCode(await post(fixture, request as never)), JSON.stringify(request)).toBe(
      "400 BadRequest",
    );
});
