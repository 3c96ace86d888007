import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, rename, rm, truncate, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { AppendBlobs, openContainerOfClient } from "../../src/storage/index.js";
import { trackFile } from "../../src/tracking/index.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";
import { blobName, onlyOnRequest, setUpTracking } from "./support/tracking-fixture.js";
import { testWhereTypesChange } from "../support/account-kind.js";

// What the .NET library does wrong, by the numbers of its list of defects: each test fails on the behaviour described there.

test("D4: a failed flush loses nothing", async () => {
  const fixture = await setUpTracking();
  fixture.write("start, ");
  const tracked = await fixture.track();
  await tracked.flush();
  fixture.write("middle, ");
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "answer", status: 403, code: "AuthenticationFailed" } : undefined;
  await expect(tracked.flush()).rejects.toMatchObject({ statusCode: 403 });
  expect(tracked.position).toBe(7);
  fixture.proxy.onRequest = undefined;
  fixture.write("end");
  await tracked.close();
  expect(await fixture.stored()).toBe("start, middle, end");
});

test("D4: a failure of the last flush is thrown by close, and close can be called again", async () => {
  const fixture = await setUpTracking();
  fixture.write("tail");
  const tracked = await fixture.track();
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "answer", status: 403, code: "AuthenticationFailed" } : undefined;
  await expect(tracked.close()).rejects.toMatchObject({ statusCode: 403 });
  fixture.proxy.onRequest = undefined;
  await tracked.close();
  expect(await fixture.stored()).toBe("tail");
});

/** Writes numbered lines as fast as it can until it is stopped. */
const busyWriter = `
  const { openSync, writeSync } = require("node:fs");
  const file = openSync(process.argv[1], "a");
  let line = 0;
  const write = () => {
    for (let i = 0; i < 50; i += 1) writeSync(file, "line " + (line += 1) + "\\n");
    if (line < 40_000) setImmediate(write);
  };
  write();`;

test.each(["D5", "D5a"])("%s: content written during a flush is neither skipped nor repeated", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ flushIntervalInMs: 1 });
  const writer = spawn(process.execPath, ["--eval", busyWriter, fixture.path], { stdio: "inherit" });
  await once(writer, "close");
  await tracked.close();
  expect(await fixture.stored()).toBe(await readFile(fixture.path, "utf8"));
});

test("D6: a failure after the first block of a flush does not repeat that block", async () => {
  const fixture = await setUpTracking();
  const content = Buffer.alloc(9 * 1024 * 1024, "0123456789abcdef\n");
  fixture.write(content);
  const tracked = await fixture.track();
  fixture.proxy.onRequest = ({ operation, nth }) =>
    operation === "AppendBlock" && nth === 2
      ? { kind: "answer", status: 403, code: "AuthenticationFailed" }
      : undefined;
  await expect(tracked.flush()).rejects.toThrow();
  await tracked.close();
  expect((await fixture.stored()) === content.toString()).toBe(true);
});

test("D7: a task that runs again gets a new log, and the earlier one is kept", async () => {
  const fixture = await setUpTracking();
  fixture.write("attempt 1");
  await (await fixture.track()).close();
  await unlink(fixture.path);
  fixture.write("attempt 2");
  const second = await fixture.track();
  expect(second.opening).toEqual({ outcome: "kept", position: 0, keptAs: "t1/$TaskLog/app.attempt-1.log" });
  await second.close();
  await rm(fixture.path);
  fixture.write("attempt 3");
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("attempt 3");
  expect(await fixture.stored("t1/$TaskLog/app.attempt-1.log")).toBe("attempt 1");
  expect(await fixture.stored("t1/$TaskLog/app.attempt-2.log")).toBe("attempt 2");
});

test("D7: an unchanged file that is tracked twice is stored once", async () => {
  const fixture = await setUpTracking();
  fixture.write("unchanged");
  await (await fixture.track()).close();
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("unchanged");
  expect(await fixture.names()).toEqual([blobName]);
});

test("D8: a missing container fails the call itself", async () => {
  const container = useSharedAzurite().serviceClient().getContainerClient("job-that-was-never-prepared");
  const target = { blobs: new AppendBlobs(openContainerOfClient(container)), blobName };
  const path = join(createTemporaryFolder(), "app.log");
  await expect(trackFile(target, path, onlyOnRequest)).rejects.toMatchObject({ statusCode: 404 });
});

testWhereTypesChange("D9: a block blob under the name is kept as an attempt", async () => {
  const fixture = await setUpTracking();
  await fixture.container.getBlockBlobClient(blobName).upload("saved before", 12);
  fixture.write("tracked");
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("tracked");
  expect(await fixture.stored("t1/$TaskLog/app.attempt-1.log")).toBe("saved before");
});

test("D9: the call fails with the reason if the service does not let a block blob be overwritten", async () => {
  const fixture = await setUpTracking();
  await fixture.container.getBlockBlobClient(blobName).upload("saved before", 12);
  fixture.write("tracked");
  // As Azure does, and Azurite does not: the type of a blob never changes.
  fixture.proxy.onRequest = ({ operation, url }) =>
    operation === "PutBlob" && url.includes("/app.log")
      ? { kind: "answer", status: 409, code: "InvalidBlobType" }
      : undefined;
  await expect(fixture.track()).rejects.toMatchObject({ code: "OutputExists" });
  expect(await fixture.stored()).toBe("saved before");
});

test("D9: a listener added when the call returns receives the first background error", async () => {
  const fixture = await setUpTracking();
  fixture.write("x");
  const tracked = await fixture.track({ flushIntervalInMs: 1 });
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "answer", status: 403, code: "AuthenticationFailed" } : undefined;
  const [error] = (await once(tracked, "flushError")) as [unknown];
  expect(error).toMatchObject({ statusCode: 403 });
  fixture.proxy.onRequest = undefined;
  await tracked.close();
});

test("D13: a rotated file and a truncated file are stored whole, not from the middle", async () => {
  const fixture = await setUpTracking();
  fixture.write("a long first content\n");
  const tracked = await fixture.track();
  await tracked.flush();
  await truncate(fixture.path);
  fixture.write("short\n");
  await tracked.flush();
  await rename(fixture.path, `${fixture.path}.1`);
  fixture.write("a content that is longer than both before\n");
  await tracked.close();
  expect(await fixture.stored()).toBe(
    "a long first content\nshort\na content that is longer than both before\n",
  );
  expect(await fixture.metadata()).toMatchObject({ trackedlog_rotations: "2", trackedlog_gaps: "1" });
});

test("D14: a relative path means the same file after the current directory has changed", async () => {
  const fixture = await setUpTracking();
  const elsewhere = join(fixture.folder, "elsewhere");
  await mkdir(elsewhere);
  await writeFile(join(elsewhere, "app.log"), "0123456789 of another file");
  fixture.write("ours, ");
  const before = process.cwd();
  onTestFinished(() => {
    process.chdir(before);
  });
  process.chdir(fixture.folder);
  const tracked = await fixture.track({ path: "app.log" });
  await tracked.flush();
  process.chdir(elsewhere);
  fixture.write("still ours");
  await tracked.close();
  expect(await fixture.stored()).toBe("ours, still ours");
});

test("D15: tracking a second file to the same log is rejected at once, and the first continues", async () => {
  const fixture = await setUpTracking();
  fixture.write("first, ");
  const first = await fixture.track();
  const other = join(fixture.folder, "other.log");
  await writeFile(other, "other");
  await expect(fixture.track({ path: other })).rejects.toMatchObject({ code: "AnotherWriter" });
  await expect(fixture.track({ path: other, onExisting: "replace" })).rejects.toMatchObject({
    code: "AnotherWriter",
  });
  fixture.write("still first");
  await first.close();
  expect(await fixture.stored()).toBe("first, still first");
});

test("D15: a foreign append is detected at the next append, and no bytes are mixed", async () => {
  const fixture = await setUpTracking();
  fixture.write("ours, ");
  const tracked = await fixture.track();
  await tracked.flush();
  await fixture.container.getAppendBlobClient(blobName).appendBlock("theirs", 6);
  fixture.write("lost to them");
  await expect(tracked.flush()).rejects.toMatchObject({ code: "AnotherWriter" });
  await expect(tracked.close()).rejects.toMatchObject({ code: "AnotherWriter" });
  expect(await fixture.stored()).toBe("ours, theirs");
});

test("D16: a log continues in a second blob when the blocks of the first are used up", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ blockLimit: 3 });
  for (let line = 1; line <= 8; line += 1) {
    fixture.write(`${line} `);
    await tracked.flush();
  }
  await tracked.close();
  expect(tracked.position).toBe(16);
  expect(await fixture.stored()).toBe("1 2 3 ");
  expect(await fixture.stored("t1/$TaskLog/app.part-2.log")).toBe("4 5 6 ");
  expect(await fixture.stored("t1/$TaskLog/app.part-3.log")).toBe("7 8 ");
});

test("D23: close may be called twice, also at the same time", async () => {
  const fixture = await setUpTracking();
  fixture.write("x");
  const tracked = await fixture.track();
  await Promise.all([tracked.close(), tracked.close()]);
  await tracked.close();
  await tracked[Symbol.asyncDispose]();
  expect(await fixture.stored()).toBe("x");
});

test("D24: closing fails if the file was never created", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track();
  await expect(tracked.close()).rejects.toMatchObject({ code: "SourceMissing" });
  const accepted = await fixture.track({ allowMissingSource: true });
  await accepted.close();
  expect(await fixture.metadata()).toHaveProperty("trackedlog_finished");
});
