import { once } from "node:events";
import { expect, test } from "vitest";

import { tailLog, type TailLogOptions } from "../../../src/tracking/index.js";
import { blobName, setUpTracking, type TrackingFixture } from "../support/tracking-fixture.js";

const following = { follow: true, pollIntervalInMs: 5 } as const;

async function textOf(fixture: TrackingFixture, options?: TailLogOptions, name = blobName): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const { data } of tailLog({ blobs: fixture.blobs, blobName: name }, options)) chunks.push(data);
  return Buffer.concat(chunks).toString();
}

/** A log of 8 lines in 4 blobs. */
async function longLog(): Promise<TrackingFixture> {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ blockLimit: 2 });
  for (let line = 1; line <= 8; line += 1) {
    fixture.write(`line ${line}\n`);
    await tracked.flush();
  }
  await tracked.close();
  return fixture;
}

test("reads a log and its continuation blobs as one", async () => {
  const fixture = await longLog();
  expect(await fixture.names()).toHaveLength(4);
  expect(await textOf(fixture)).toBe("line 1\nline 2\nline 3\nline 4\nline 5\nline 6\nline 7\nline 8\n");
});

test("reads from any offset, near the end, and up to a length", async () => {
  const fixture = await longLog();
  const whole = await textOf(fixture);
  for (let offset = 0; offset <= whole.length; offset += 5) {
    expect(await textOf(fixture, { offset })).toBe(whole.slice(offset));
    expect(await textOf(fixture, { offset, count: 17 })).toBe(whole.slice(offset, offset + 17));
    expect(await textOf(fixture, { fromEndBytes: offset })).toBe(whole.slice(whole.length - offset));
  }
  expect(await textOf(fixture, { fromEndBytes: 1_000 })).toBe(whole);
});

test("chunks contain their offset, and a reader can continue where another one ended", async () => {
  const fixture = await longLog();
  const target = { blobs: fixture.blobs, blobName };
  let next = 0;
  for await (const { offset, data } of tailLog(target)) {
    expect(offset).toBe(next);
    next = offset + data.length;
    if (next > 20) break;
  }
  expect(await textOf(fixture, { offset: next })).toBe((await textOf(fixture)).slice(next));
});

test("follows a growing log across its continuation blobs until it is closed, and reads each byte once", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ blockLimit: 3, flushIntervalInMs: 1 });
  const ranges: string[] = [];
  fixture.proxy.onRequest = ({ operation, url, headers }) => {
    if (operation === "GetBlob") ranges.push(`${url} ${String(headers["x-ms-range"])}`);
    return undefined;
  };
  const reading = textOf(fixture, following);
  let written = "";
  for (let line = 1; line <= 40; line += 1) {
    const flushed = once(tracked, "flushed");
    fixture.write(`line ${line}\n`);
    written += `line ${line}\n`;
    await flushed;
  }
  await tracked.close();
  expect(await reading).toBe(written);
  expect(new Set(ranges).size).toBe(ranges.length);
});

test("reads a growing log to its current end without follow", async () => {
  const fixture = await setUpTracking();
  fixture.write("so far");
  const tracked = await fixture.track();
  await tracked.flush();
  expect(await textOf(fixture)).toBe("so far");
  await tracked.close();
});

test("the signal stops a following reader", async () => {
  const fixture = await setUpTracking();
  fixture.write("so far");
  const tracked = await fixture.track();
  await tracked.flush();
  const controller = new AbortController();
  const iterator = tailLog(
    { blobs: fixture.blobs, blobName },
    { ...following, abortSignal: controller.signal },
  );
  expect(Buffer.from((await iterator.next()).value?.data ?? []).toString()).toBe("so far");
  const waiting = iterator.next();
  controller.abort();
  await expect(waiting).rejects.toMatchObject({ name: "AbortError" });
  await tracked.close();
});

test("a reader gets an error when the log of another attempt takes its place", async () => {
  const fixture = await setUpTracking();
  fixture.write("attempt 1");
  const first = await fixture.track({ blockLimit: 50 });
  await first.flush();
  const iterator = tailLog({ blobs: fixture.blobs, blobName }, following);
  await iterator.next();
  const waiting = expect(iterator.next()).rejects.toMatchObject({ code: "OutputChanged" });
  await fixture.container.getAppendBlobClient(blobName).create({ metadata: { trackedlog_id: "another" } });
  await waiting;
  await expect(first.close()).rejects.toMatchObject({ code: "AnotherWriter" });
});

test("a block blob is read to its end; a missing log is an error", async () => {
  const fixture = await setUpTracking();
  await fixture.container.getBlockBlobClient(blobName).upload("saved", 5);
  expect(await textOf(fixture, following)).toBe("saved");
  await expect(textOf(fixture, following, "t1/$TaskLog/none.log")).rejects.toMatchObject({
    code: "OutputNotFound",
  });
});

test("reading over a broken connection returns the same bytes", async () => {
  const fixture = await longLog();
  const whole = await textOf(fixture);
  let count = 0;
  fixture.proxy.onRequest = ({ operation }) => {
    count += 1;
    return operation === "GetBlob" && count % 2 === 0
      ? { kind: "truncate-download", afterBytes: 3 }
      : undefined;
  };
  expect(await textOf(fixture)).toBe(whole);
});

test.each([
  { offset: -1 },
  { fromEndBytes: 0.5 },
  { count: Number.NaN },
  { offset: 1, fromEndBytes: 1 },
  { pollIntervalInMs: 0 },
])("%o is refused", async (options) => {
  const fixture = await setUpTracking();
  await expect(textOf(fixture, options)).rejects.toThrow(RangeError);
});
