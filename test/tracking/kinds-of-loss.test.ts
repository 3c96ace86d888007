import { openSync, closeSync, renameSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { expect, test } from "vitest";

import { makeGate } from "../support/faults.js";
import { trackingFixture } from "./support/tracking-fixture.js";

test("a younger file of another worker, with a name that fits, is never part of the log", async () => {
  const fixture = await trackingFixture();
  fixture.write("ours, ");
  const tracked = await fixture.track();
  await tracked.flush();
  writeFileSync(fixture.path.replace(/\.log$/u, ".1.log"), "ours, and the line of another");
  renameSync(fixture.path, `${fixture.path}.1`);
  fixture.write("still ours");
  await tracked.close();
  expect(await fixture.stored()).toBe("ours, still ours");
});

test("an append that is carried out after its flush was given up is the writer's own", async () => {
  const fixture = await trackingFixture();
  fixture.write("one, ");
  const tracked = await fixture.track();
  const gate = makeGate();
  fixture.proxy.onRequest = ({ operation }) =>
    operation === "AppendBlock" ? { kind: "cut-and-forward-later", until: gate.opened } : undefined;
  const abort = new AbortController();
  const flushing = expect(tracked.flush({ abortSignal: abort.signal })).rejects.toThrow();
  await fixture.proxy.untilRequest(({ operation }) => operation === "AppendBlock");
  abort.abort();
  await flushing;
  fixture.proxy.onRequest = undefined;
  gate.open();
  await fixture.proxy.untilIdle();
  fixture.write("two");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two");
});

test("the hole that a program leaves at the beginning of an emptied file is not stored", async () => {
  const fixture = await trackingFixture();
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
