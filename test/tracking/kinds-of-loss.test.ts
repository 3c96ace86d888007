import {
  chmodSync,
  closeSync,
  openSync,
  readdirSync,
  readlinkSync,
  renameSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { expect, test } from "vitest";

import { makeGate } from "../support/faults.js";
import { setUpTracking } from "./support/tracking-fixture.js";

test("a newer file of another worker with a matching name is not added to the log", async () => {
  const fixture = await setUpTracking();
  fixture.write("ours, ");
  const tracked = await fixture.track();
  await tracked.flush();
  writeFileSync(fixture.path.replace(/\.log$/u, ".1.log"), "ours, and the line of another");
  renameSync(fixture.path, `${fixture.path}.1`);
  fixture.write("still ours");
  await tracked.close();
  expect(await fixture.stored()).toBe("ours, still ours");
});

test("a late append of an aborted flush is recognized as the writer's own", async () => {
  const fixture = await setUpTracking();
  fixture.write("one, ");
  const tracked = await fixture.track();
  const gate = makeGate();
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "cut-and-forward-later", until: gate.opened } : undefined;
  const abort = new AbortController();
  const flushing = expect(tracked.flush({ abortSignal: abort.signal })).rejects.toThrow();
  await fixture.proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
  abort.abort();
  await flushing;
  fixture.proxy.onRequest = undefined;
  gate.open();
  await fixture.proxy.waitUntilIdle();
  fixture.write("two");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two");
});

test("the hole at the start of a truncated file is not stored", async () => {
  const fixture = await setUpTracking();
  const before = "x".repeat(5000);
  fixture.write(before);
  const tracked = await fixture.track();
  await tracked.flush();
  truncateSync(fixture.path);
  const file = openSync(fixture.path, "r+");
  writeSync(file, "after", before.length);
  closeSync(file);
  await tracked.close();
  expect(await fixture.stored()).toBe(`${before}after`);
});

/** Whether this process holds the file under the path open. */
function isHeld(path: string): boolean {
  const targets = readdirSync("/proc/self/fd").map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  });
  return targets.includes(path);
}

test("a file that is rotated while a flush waits for the store is held open, and stored later", async () => {
  const fixture = await setUpTracking();
  fixture.write("0 ");
  const session = await fixture.openSession();
  await session.flush({});
  fixture.write("1 ");
  const gate = makeGate();
  fixture.proxy.onRequest = () => ({ kind: "delay", until: gate.opened });
  const flushing = session.flush({});
  await fixture.proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
  const generations = ["2 ", "3 ", "4 ", "5 "];
  for (const text of generations) {
    // One rotated file is kept: each rotation deletes the one before.
    renameSync(fixture.path, `${fixture.path}.1`);
    fixture.write(text);
    await session.look();
  }
  fixture.proxy.onRequest = undefined;
  gate.open();
  await flushing;
  await session.finish({});
  await session.release();
  expect(await fixture.stored()).toBe(`0 1 ${generations.join("")}`);
  expect((await fixture.metadata())["trackedlog_gaps"]).toBe("0");
});

test.skipIf(process.platform !== "linux")(
  "files are observed while a flush waits for the store",
  async () => {
    const fixture = await setUpTracking();
    fixture.write("0 ");
    const tracked = await fixture.track({ flushIntervalInMs: 20 });
    await tracked.flush();
    const gate = makeGate();
    fixture.proxy.onRequest = () => ({ kind: "delay", until: gate.opened });
    fixture.write("1 ");
    await fixture.proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
    renameSync(fixture.path, `${fixture.path}.1`);
    fixture.write("2 ");
    await expect.poll(() => isHeld(fixture.path)).toBe(true);
    fixture.proxy.onRequest = undefined;
    gate.open();
    await tracked.close();
    expect(await fixture.stored()).toBe("0 1 2 ");
  },
);

test.skipIf(process.getuid?.() === 0)(
  "an unreadable file beside the log does not stop tracking",
  async () => {
    const fixture = await setUpTracking();
    fixture.write("one, ");
    const tracked = await fixture.track();
    await tracked.flush();
    writeFileSync(`${fixture.path}.7`, "of another");
    chmodSync(`${fixture.path}.7`, 0);
    renameSync(fixture.path, `${fixture.path}.1`);
    fixture.write("two");
    await tracked.close();
    expect(await fixture.stored()).toBe("one, two");
  },
);
