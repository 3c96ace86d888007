import { appendFileSync, renameSync } from "node:fs";
import { expect, test } from "vitest";

import { captureError, captureOurError } from "../../support/capture-error.js";
import { makeGate } from "../../support/faults.js";
import { setUpTracking } from "../support/tracking-fixture.js";
import { trackWith } from "../support/track-with.js";

test("a file that appeared and was rotated after a close that failed is reported by the next close", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ allowMissingSource: true });
  const lost: number[] = [];
  tracked.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  fixture.proxy.onRequest = () => ({ kind: "cut-before" });
  await captureError(tracked.close());
  fixture.proxy.onRequest = undefined;
  fixture.write("b\n");
  renameSync(fixture.path, `${fixture.path}.1`);
  await tracked.close();
  expect(lost).toEqual([0]);
  expect(await fixture.metadata()).toMatchObject({ trackedlog_gaps: "1" });
});

test("a late line in a renamed file is reported after a close that failed, too", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  renameSync(path, `${path}.1`);
  fixture.write("two\n");
  await tracked.flush();
  fixture.write("three\n");
  fixture.proxy.onRequest = () => ({ kind: "cut-before" });
  await captureError(tracked.close());
  fixture.proxy.onRequest = undefined;
  appendFileSync(`${path}.1`, "late\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\n");
  expect(lost).toEqual([5]);
});

test("a close does not end with the signal of an earlier one", async () => {
  const { fixture, tracked } = await trackWith("a\n");
  fixture.write("b\n");
  const gate = makeGate();
  let isAsked = false;
  fixture.proxy.onRequest = () => {
    isAsked = true;
    return { kind: "delay", until: gate.opened };
  };
  const abort = new AbortController();
  const first = captureError(tracked.close({ abortSignal: abort.signal }));
  await expect.poll(() => isAsked).toBe(true);
  fixture.proxy.onRequest = undefined;
  abort.abort();
  expect(await first).toMatchObject({ name: "AbortError" });
  gate.open();
  await tracked.close();
  expect(await fixture.stored()).toBe("a\nb\n");
});

test("a flush after the close changes nothing", async () => {
  const { fixture, tracked } = await trackWith("a\n");
  await tracked.close();
  fixture.write("b\n");
  await tracked.flush();
  expect(await fixture.stored()).toBe("a\n");
});

test("a second close does not release a log that another tracked file of the process has opened", async () => {
  const fixture = await setUpTracking();
  fixture.write("a\n");
  const one = await fixture.track();
  fixture.proxy.onRequest = () => ({ kind: "cut-before" });
  await captureError(one.close());
  fixture.proxy.onRequest = undefined;
  const two = await fixture.track();
  await captureOurError(one.close(), "AnotherWriter");
  await captureOurError(fixture.track(), "AnotherWriter");
  fixture.write("b\n");
  await two.close();
  expect(await fixture.stored()).toBe("a\nb\n");
});

test("an AbortController in place of its signal is named, and the log goes on", async () => {
  const { fixture, tracked } = await trackWith("a\n");
  fixture.write("b\n");
  const options = { abortSignal: new AbortController() as unknown as AbortSignal };
  for (const call of [() => tracked.flush(options), () => tracked.close(options)])
    expect(await captureError(call)).toMatchObject({ argument: "options.abortSignal" });
  await tracked.close();
  expect(await fixture.stored()).toBe("a\nb\n");
});
