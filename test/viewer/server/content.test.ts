import { expect, test } from "vitest";

import { makeGate } from "../../support/faults.js";
import { faultAlways, faultNth } from "../../support/output-fixture.js";
import { readFailureCode, logName, type ViewerFixture, setUpViewer } from "./support/viewer-fixture.js";

const address = ({ container }: ViewerFixture, name = logName): string =>
  `content/${container}/${name.split("/").map(encodeURIComponent).join("/")}`;

async function withLog(
  content = "0123456789",
): Promise<
  ViewerFixture & { get: (headers?: Record<string, string>, method?: string) => Promise<Response> }
> {
  const fixture = await setUpViewer();
  await fixture.put(logName, content, "text/html");
  return {
    ...fixture,
    get: (headers = {}, method = "GET") => fixture.ask(address(fixture), { headers, method }),
  };
}

test("a request without a range gets all bytes, with their length and ETag", async () => {
  const { get } = await withLog();
  const response = await get();
  expect(response.status).toBe(200);
  expect(response.headers.get("content-length")).toBe("10");
  expect(response.headers.get("accept-ranges")).toBe("bytes");
  expect(response.headers.get("etag")).toMatch(/^".+"$/);
  expect(await response.text()).toBe("0123456789");
});

test("a request gets its range; an end beyond the last byte is the last byte", async () => {
  const { get } = await withLog();
  const cases: [string, string, string][] = [
    ["bytes=0-0", "0", "bytes 0-0/10"],
    ["bytes=2-4", "234", "bytes 2-4/10"],
    ["bytes=7-", "789", "bytes 7-9/10"],
    ["bytes=-3", "789", "bytes 7-9/10"],
    ["bytes=-99", "0123456789", "bytes 0-9/10"],
    ["bytes=5-99999999999999999999", "56789", "bytes 5-9/10"],
    ["BYTES= 9-9", "9", "bytes 9-9/10"],
  ];
  for (const [range, bytes, contentRange] of cases) {
    const response = await get({ range });
    expect([response.status, response.headers.get("content-range")], range).toEqual([206, contentRange]);
    expect(response.headers.get("content-length")).toBe(String(bytes.length));
    expect(await response.text(), range).toBe(bytes);
  }
});

test("a range after the end is rejected, with the actual length", async () => {
  const { get } = await withLog();
  for (const range of ["bytes=10-", "bytes=99999999999999999999-", "bytes=-0"]) {
    const response = await get({ range });
    expect(response.headers.get("content-range"), range).toBe("bytes */10");
    expect(await readFailureCode(response)).toBe("416 RangeNotSatisfiable");
  }
});

test("a header that is not a single byte range is ignored", async () => {
  const { get } = await withLog();
  for (const range of ["bytes=4-2", "bytes=-", "bytes=a-b", "lines=1-2", "bytes=0-1,3-4", "bytes", ""])
    expect(await (await get({ range })).text(), range).toBe("0123456789");
});

test("an empty output has no bytes, and its ranges are rejected", async () => {
  const { get } = await withLog("");
  const response = await get();
  expect([response.status, response.headers.get("content-length"), await response.text()]).toEqual([
    200,
    "0",
    "",
  ]);
  expect((await get({ range: "bytes=0-" })).status).toBe(416);
});

test("HEAD answers with the same headers and no body", async () => {
  const { get, proxy } = await withLog();
  const response = await get({ range: "bytes=2-4" }, "HEAD");
  expect([response.status, response.headers.get("content-length")]).toEqual([200, "10"]);
  expect(await response.text()).toBe("");
  expect(proxy.exchanges.map(({ operation }) => operation)).not.toContain("GetBlob");
});

test("a range is requested from the store as a range, and no more is read", async () => {
  const fixture = await setUpViewer();
  await fixture.put(logName, Buffer.alloc(3_000_000));
  const ranges: unknown[] = [];
  fixture.proxy.onRequest = (info) => {
    if (info.operation === "GetBlob") ranges.push(info.headers["x-ms-range"] ?? info.headers["range"]);
    return undefined;
  };
  const response = await fixture.ask(address(fixture), { headers: { range: "bytes=-65536" } });
  expect((await response.arrayBuffer()).byteLength).toBe(65_536);
  expect(ranges).toEqual(["bytes=2934464-2999999"]);
});

test("ranges of one view are of one version: an output that was replaced is an error", async () => {
  const fixture = await withLog();
  const etag = (await fixture.get()).headers.get("etag") ?? "";
  expect((await fixture.get({ "if-match": etag })).status).toBe(200);
  expect((await fixture.get({ "if-match": `"other", ${etag}` })).status).toBe(200);
  expect((await fixture.get({ "if-none-match": etag })).status).toBe(304);
  await fixture.put(logName, "another log");
  expect(await readFailureCode(await fixture.get({ "if-match": etag }))).toBe("412 OutputChanged");
  const whole = await fixture.get({ "if-range": etag, range: "bytes=0-1" });
  expect([whole.status, await whole.text()]).toEqual([200, "another log"]);
  const part = await fixture.get({ "if-range": whole.headers.get("etag") ?? "", range: "bytes=0-1" });
  expect([part.status, await part.text()]).toEqual([206, "an"]);
});

test("an output that is replaced between its properties and its bytes fails", async () => {
  const gate = makeGate();
  const fixture = await withLog();
  fixture.proxy.onRequest = faultNth("GetBlob", { kind: "delay", until: gate.opened });
  const asking = fixture.get();
  await fixture.proxy.waitForRequest(({ operation }) => operation === "GetBlob");
  await fixture.put(logName, "another log");
  gate.open();
  expect(await readFailureCode(await asking)).toBe("412 OutputChanged");
});

test("an append blob keeps its ETag while it grows, and changes it when it is recreated", async () => {
  const fixture = await setUpViewer();
  const log = fixture.stored.getAppendBlobClient(logName);
  await log.create();
  await log.appendBlock("one\n", 4);
  const tag = async (): Promise<string> =>
    (await fixture.ask(address(fixture), { method: "HEAD" })).headers.get("etag") ?? "";
  const first = await tag();
  await log.appendBlock("two\n", 4);
  expect(await tag()).toBe(first);
  const more = await fixture.ask(address(fixture), { headers: { "if-match": first, range: "bytes=4-" } });
  expect(await more.text()).toBe("two\n");
  expect((await fixture.ask(address(fixture), { headers: { "if-none-match": first } })).status).toBe(200);
  await log.delete();
  // The service tells times of creation in whole seconds.
  const second = Math.floor(Date.now() / 1000);
  await expect.poll(() => Math.floor(Date.now() / 1000)).toBeGreaterThan(second);
  await log.create();
  expect(await tag()).not.toBe(first);
});

test("only types that a page embeds without running them are sent with their type, all others as an attachment of bytes", async () => {
  const fixture = await setUpViewer();
  const cases: [string, string | undefined, string, string][] = [
    ["a.png", "text/html", "image/png", "inline"],
    ["a.svg", undefined, "image/svg+xml", "attachment"],
    ["a.MP4", undefined, "video/mp4", "inline"],
    ["a.mp3", undefined, "audio/mpeg", "inline"],
    ["frame", "image/webp; x=y", "image/webp", "inline"],
    ["a.html", "text/html", "application/octet-stream", "attachment"],
    ["a.js", "text/javascript", "application/octet-stream", "attachment"],
    ["a.pdf", "application/pdf", "application/octet-stream", "attachment"],
    ["a", "text/html", "application/octet-stream", "attachment"],
    ["a.xml", "application/xhtml+xml", "application/octet-stream", "attachment"],
    ["b", "image/svg+xml\t, text/html", "application/octet-stream", "attachment"],
  ];
  for (const [path, stored, type, disposition] of cases) {
    const name = `t1/$TaskOutput/${path}`;
    await fixture.put(name, "<script>alert(1)</script>", stored);
    const { headers } = await fixture.ask(address(fixture, name));
    expect([headers.get("content-type"), headers.get("content-disposition")?.split(";")[0]], path).toEqual([
      type,
      disposition,
    ]);
    expect(headers.get("content-security-policy")).toMatch(/^sandbox; default-src 'none';/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    const download = await fixture.ask(`${address(fixture, name)}?download`);
    expect(download.headers.get("content-disposition")).toMatch(/^attachment/);
  }
});

test("download names are complete and contain no path", async () => {
  const fixture = await setUpViewer();
  const cases: [string, string][] = [
    ["a/b/stdout.txt", `attachment; filename="stdout.txt"; filename*=UTF-8''stdout.txt`],
    [
      'x"; filename=evil.exe',
      `attachment; filename="x_; filename=evil.exe"; filename*=UTF-8''x_%3B%20filename%3Devil.exe`,
    ],
    [
      "größe 100%.txt",
      `attachment; filename="gr__e 100_.txt"; filename*=UTF-8''gr%C3%B6%C3%9Fe%20100%25.txt`,
    ],
    ["第1组.txt", `attachment; filename="_1_.txt"; filename*=UTF-8''%E7%AC%AC1%E7%BB%84.txt`],
    ["😀.txt", `attachment; filename="__.txt"; filename*=UTF-8''%F0%9F%98%80.txt`],
    ["CON", `attachment; filename="CON"; filename*=UTF-8''CON`],
    ["\u202Etxt.exe", `attachment; filename="_txt.exe"; filename*=UTF-8''_txt.exe`],
    ["a\\..\\b.txt", `attachment; filename="b.txt"; filename*=UTF-8''b.txt`],
    ["it's(1)*.txt", `attachment; filename="it's(1)_.txt"; filename*=UTF-8''it%27s%281%29_.txt`],
  ];
  for (const [path, disposition] of cases) {
    const name = `t1/$TaskOutput/${path}`;
    await fixture.put(name, "x");
    const response = await fixture.ask(address(fixture, name));
    expect(response.headers.get("content-disposition")).toBe(disposition);
  }
});

test("HTML for a frame runs nothing, loads nothing and connects to nothing", async () => {
  const fixture = await setUpViewer();
  const name = "t1/$TaskOutput/report.html";
  await fixture.put(
    name,
    '<LINK rel=preconnect href="https://evil.example"><p>x</p><link rel=dns-prefetch href="//evil.example"><Meta http-equiv=refresh content="0;url=//evil.example">',
  );
  const response = await fixture.ask(`${address(fixture, name)}?frame`);
  expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(response.headers.get("content-disposition")).toMatch(/^inline/);
  expect(response.headers.get("content-security-policy")).toMatch(
    /^sandbox; default-src 'none'; .*frame-ancestors 'self'$/,
  );
  const html = await response.text();
  expect(html).toContain("<p>x</p>");
  expect(html).not.toMatch(/<link|<meta/i);
  await fixture.put("t1/$TaskOutput/utf16.html", Buffer.from("\ufeff<link>", "utf16le"));
  const utf16 = await fixture.ask(`${address(fixture, "t1/$TaskOutput/utf16.html")}?frame`);
  await expect(utf16.text()).rejects.toThrow(/UTF-16/);
  await fixture.put("t1/$TaskOutput/a.svg", "<svg/>");
  expect(await readFailureCode(await fixture.ask(`${address(fixture, "t1/$TaskOutput/a.svg")}?frame`))).toBe(
    "415 NotDisplayed",
  );
});

test("outputs with names that this package does not write can be read", async () => {
  const fixture = await setUpViewer();
  for (const path of ["a//b", "a.", "a ", "ü/x?y#z&%25", "x".repeat(900), "C:\\x", "<b>"]) {
    const name = `t1/$TaskOutput/${path}`;
    await fixture.put(name, path);
    expect(await (await fixture.ask(address(fixture, name))).text()).toBe(path);
  }
});

test("a blob that is not an output, or missing, is not found", async () => {
  const fixture = await setUpViewer();
  await fixture.put("readme.txt", "x");
  await fixture.put("t1/readme.txt", "x");
  for (const name of ["readme.txt", "t1/readme.txt", "a b/$TaskLog/x"])
    expect(await readFailureCode(await fixture.ask(address(fixture, name))), name).toBe("404 NotFound");
  expect(await readFailureCode(await fixture.ask(address(fixture, "t1/$TaskLog/missing")))).toBe(
    "404 OutputNotFound",
  );
});

test("a URL with an encoded slash is not found, and dot segments are resolved first", async () => {
  const fixture = await withLog();
  const base = `content/${fixture.container}`;
  for (const path of [
    `${base}/t1%2f$TaskLog%2fstdout.txt`,
    `${base}/t1/$TaskLog%2Fstdout.txt`,
    `${base}/%E0%A4%A/$a/b`,
  ])
    expect(await readFailureCode(await fixture.ask(path)), path).toBe("404 NotFound");
  // What the URL itself means by dots is taken away before anybody sees it.
  const dotted = await fixture.ask(`${base}/t1/$TaskOutput/../$TaskLog/stdout.txt`);
  expect(await dotted.text()).toBe("0123456789");
  expect((await fixture.ask(`${base}/../../etc/passwd`)).headers.get("content-type")).not.toContain(
    "octet-stream",
  );
});

test("the parts of an output are served as one log, with ranges across them", async () => {
  const fixture = await setUpViewer();
  const part = async (name: string, content: string, metadata: Record<string, string>): Promise<void> => {
    const log = fixture.stored.getAppendBlobClient(name);
    await log.create({ metadata });
    await log.appendBlock(content, content.length);
  };
  const state = {
    trackedlog_id: "l1",
    trackedlog_attempt: "1",
    trackedlog_generation: "0",
    trackedlog_since: "0",
    trackedlog_rotations: "0",
    trackedlog_gaps: "0",
  };
  await part("t1/$TaskLog/stdout.txt", "0123", {
    ...state,
    trackedlog_part: "1",
    trackedlog_base: "0",
    trackedlog_continued: "true",
  });
  await part("t1/$TaskLog/stdout.part-2.txt", "456789", {
    ...state,
    trackedlog_part: "2",
    trackedlog_base: "4",
  });
  const whole = await fixture.ask(address(fixture));
  expect(await whole.text()).toBe("0123456789");
  const range = await fixture.ask(address(fixture), {
    headers: { range: "bytes=2-6", "if-match": '"log-l1"' },
  });
  expect([range.headers.get("content-range"), await range.text()]).toEqual(["bytes 2-6/10", "23456"]);
});

test("bytes are read only as fast as the client reads them, and a disconnect ends the request to the store", async () => {
  const fixture = await setUpViewer();
  await fixture.put(logName, Buffer.alloc(8_000_000));
  const response = await fixture.ask(address(fixture));
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  expect((await reader.read()).done).toBe(false);
  await reader.cancel();
  await fixture.proxy.waitUntilIdle();
  const [exchange] = fixture.proxy.exchanges.filter(({ operation }) => operation === "GetBlob");
  expect(exchange?.clientGot).not.toBe("answer");
});

test("a request that is aborted before its response aborts the request to the store", async () => {
  const gate = makeGate();
  const fixture = await withLog();
  fixture.proxy.onRequest = faultAlways("GetBlobProperties", { kind: "delay-answer", until: gate.opened });
  const gone = new AbortController();
  const asking = fixture.ask(address(fixture), { signal: gone.signal });
  await fixture.proxy.waitForRequest(({ operation }) => operation === "GetBlobProperties");
  gone.abort();
  expect((await asking).status).toBeGreaterThanOrEqual(400);
  gate.open();
  await fixture.proxy.waitUntilIdle();
  expect(fixture.proxy.exchanges.filter(({ operation }) => operation === "GetBlob")).toEqual([]);
});

test("missing bytes make the response fail instead of end", async () => {
  const fixture = await setUpViewer();
  await fixture.put(logName, Buffer.alloc(100_000));
  fixture.proxy.onRequest = faultAlways("GetBlob", { kind: "truncate-download", afterBytes: 1000 });
  const response = await fixture.ask(address(fixture));
  await expect(response.arrayBuffer()).rejects.toThrow();
});

test("properties are those of the blob, with its digest", async () => {
  const fixture = await withLog("hello");
  const response = await fixture.ask(address(fixture).replace("content", "api/properties"));
  expect(await response.json()).toMatchObject({
    blobName: logName,
    size: 5,
    contentMD5: "XUFAKrxLKna5cZ2REBfFkg==",
  });
});
