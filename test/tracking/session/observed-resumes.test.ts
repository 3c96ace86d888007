import { renameSync, unlinkSync } from "node:fs";
import { expect, test } from "vitest";
import type { TrackedFile, TrackFileOptions } from "../../../src/tracking/index.js";
import type { WaitingFile } from "../../../src/tracking/track-file.js";
import { makeGate } from "../../support/faults.js";
import { createCrash, setUpTracking, type TrackingFixture } from "../support/tracking-fixture.js";

/** Tracks the file again, and calls `meanwhile` while no request is answered; `look` looks at the file. */
async function trackWhile(
  fixture: TrackingFixture,
  meanwhile: (look: () => Promise<void>) => Promise<void>,
  options: TrackFileOptions = {},
): Promise<{ readonly tracked: TrackedFile; readonly lost: readonly unknown[] }> {
  const [gate, request] = [makeGate(), makeGate()];
  fixture.proxy.onRequest = () => {
    request.open();
    return { kind: "delay", until: gate.opened };
  };
  const waiting: WaitingFile = {};
  const opening = fixture.track({ ...options, waiting });
  await request.opened;
  await meanwhile(async () => {
    await waiting.observation?.look();
  });
  fixture.proxy.onRequest = undefined;
  gate.open();
  const tracked = await opening;
  const lost: unknown[] = [];
  tracked.on("lost", (event) => lost.push(event));
  return { tracked, lost };
}

test("a file that came and was deleted while the log of the one before is resumed is stored", async () => {
  const fixture = await setUpTracking();
  const { abortSignal, crash } = createCrash();
  fixture.write("a\n");
  const first = await fixture.track({ abortSignal });
  await first.flush();
  crash();
  const { tracked, lost } = await trackWhile(fixture, async (look) => {
    renameSync(fixture.path, `${fixture.path}.1`);
    fixture.write("b\n");
    await look();
    unlinkSync(fixture.path);
    fixture.write("c\n");
    await look();
  });
  await tracked.close();
  expect({ stored: await fixture.stored(), lost }).toEqual({ stored: "a\nb\nc\n", lost: [] });
  expect(tracked.opening).toMatchObject({ outcome: "resumed", position: 2 });
});

test("a file that is deleted while its log is resumed is continued, and nothing of it is stored again", async () => {
  const fixture = await setUpTracking();
  const { abortSignal, crash } = createCrash();
  fixture.write("a\nb\n");
  const first = await fixture.track({ abortSignal });
  await first.flush();
  crash();
  fixture.write("c\n");
  const { tracked, lost } = await trackWhile(fixture, async (look) => {
    await look();
    unlinkSync(fixture.path);
    fixture.write("d\n");
    await look();
  });
  await tracked.close();
  expect({ stored: await fixture.stored(), lost }).toEqual({ stored: "a\nb\nc\nd\n", lost: [] });
  expect(tracked.opening).toMatchObject({ outcome: "resumed", position: 4 });
});

test("a loss is reported if a file that is deleted while its log is resumed only begins with the stored line", async () => {
  const fixture = await setUpTracking();
  const { abortSignal, crash } = createCrash();
  fixture.write("the program 1.0\n");
  const first = await fixture.track({ abortSignal });
  await first.flush();
  crash();
  fixture.write("b\n");
  const { tracked, lost } = await trackWhile(fixture, async (look) => {
    await look();
    unlinkSync(fixture.path);
    fixture.write("c\n");
    await look();
  });
  await tracked.close();
  const position = 16;
  expect({ stored: await fixture.stored(), lost }).toEqual({
    stored: "the program 1.0\nb\nc\n",
    lost: [{ knownBytes: 0, position }],
  });
});

test("a file that was deleted while the log is resumed, which knew of none, is stored", async () => {
  const fixture = await setUpTracking();
  const { abortSignal, crash } = createCrash();
  await fixture.track({ abortSignal });
  crash();
  fixture.write("b\n");
  const { tracked, lost } = await trackWhile(fixture, async (look) => {
    await look();
    unlinkSync(fixture.path);
    fixture.write("c\n");
    await look();
  });
  await tracked.close();
  expect({ stored: await fixture.stored(), lost }).toEqual({ stored: "b\nc\n", lost: [] });
});

test("a file that came and was deleted while the log of a file that was rotated before is resumed is reported as lost", async () => {
  const fixture = await setUpTracking();
  const { abortSignal, crash } = createCrash();
  fixture.write("a\n");
  const first = await fixture.track({ abortSignal });
  await first.flush();
  crash();
  renameSync(fixture.path, `${fixture.path}.1`);
  fixture.write("b\n");
  const { tracked, lost } = await trackWhile(fixture, async (look) => {
    await look();
    unlinkSync(fixture.path);
    fixture.write("c\n");
    await look();
  });
  await tracked.close();
  const position = 2;
  expect({ stored: await fixture.stored(), lost }).toEqual({
    stored: "a\nc\n",
    lost: [{ knownBytes: 0, position }],
  });
});

test("a loss that was found while the log was resumed is reported by the next process, if this one is killed before", async () => {
  const fixture = await setUpTracking();
  const [first, second] = [createCrash(), createCrash()];
  fixture.write("a\n");
  const tracked = await fixture.track({ abortSignal: first.abortSignal });
  await tracked.flush();
  first.crash();
  renameSync(fixture.path, `${fixture.path}.1`);
  fixture.write("b\n");
  await trackWhile(
    fixture,
    async (look) => {
      await look();
      unlinkSync(fixture.path);
      fixture.write("c\n");
      await look();
    },
    { abortSignal: second.abortSignal },
  );
  second.crash();
  const { tracked: third, lost } = await trackWhile(fixture, () => Promise.resolve());
  await third.close();
  expect({ stored: await fixture.stored(), lost }).toEqual({
    stored: "a\nc\n",
    lost: [{ knownBytes: 0, position: 2 }],
  });
});
