import { copyFileSync, linkSync, renameSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

import type { TrackedFile } from "../../src/tracking/index.js";
import { type TrackingFixture, setUpTracking } from "./support/tracking-fixture.js";

interface Tracking {
  readonly fixture: TrackingFixture;
  readonly tracked: TrackedFile;
  /** What the tracked file has emitted as lost. */
  readonly lost: readonly number[];
}

async function trackWith(content: string): Promise<Tracking> {
  const fixture = await setUpTracking();
  fixture.write(content);
  const tracked = await fixture.track();
  const lost: number[] = [];
  tracked.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  await tracked.flush();
  return { fixture, tracked, lost };
}

function compress(path: string): void {
  writeFileSync(`${path}.gz`, gzipSync("compressed"));
  unlinkSync(path);
}

test("a file that was rotated away under two names is stored once", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.20260101`);
  fixture.write("two, ");
  linkSync(path, `${path}.20260102`);
  renameSync(path, `${path}.20260103`);
  fixture.write("three");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two, three");
  expect(lost).toEqual([]);
});

test("a renamed file that comes back under the path goes on where it was stored, also after a restart", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.1`);
  fixture.write("two, ");
  await tracked.flush();
  unlinkSync(path);
  renameSync(`${path}.1`, path);
  fixture.write("three, ");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two, three, ");
  expect(lost).toEqual([]);

  fixture.write("four");
  const next = await fixture.track();
  await next.close();
  expect(next.opening.outcome).toBe("resumed");
  expect(await fixture.stored()).toBe("one, two, three, four");
});

test("a file that was compressed before it was observed is reported as lost", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.2`);
  compress(`${path}.2`);
  fixture.write("two, ");
  renameSync(path, `${path}.1`);
  compress(`${path}.1`);
  fixture.write("three");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, three");
  expect(lost).toEqual([0]);
});

test("a log that is compressed with every rotation, or with the next one, loses nothing", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.1`);
  compress(`${path}.1`);
  fixture.write("two, ");
  await tracked.flush();
  renameSync(path, `${path}.1`);
  fixture.write("three, ");
  await tracked.flush();
  renameSync(`${path}.1`, `${path}.2`);
  compress(`${path}.2`);
  renameSync(path, `${path}.1`);
  fixture.write("four");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two, three, four");
  expect(lost).toEqual([]);
});

test("a file that replaced the only rotated file is reported as lost", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.old`);
  fixture.write("two, ");
  renameSync(path, `${path}.old`);
  fixture.write("three");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, three");
  expect(lost).toEqual([0]);
});

test("a file that was empty when it was last seen, and that a copy of a stored one was written over, is reported as lost", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.1`);
  fixture.write("");
  await tracked.flush();
  fixture.write("two, ");
  renameSync(path, `${path}.2`);
  copyFileSync(`${path}.1`, `${path}.2`);
  fixture.write("three");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, three");
  expect(lost).toEqual([0]);
});

test("a loss behind a renamed file that no other follows is reported once", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  // With numbers that shift, the missing first file came after the second.
  renameSync(path, `${path}.2`);
  await tracked.flush();
  await tracked.flush();
  fixture.write("two");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two");
  expect(lost).toEqual([0]);
});

test("a file that is renamed to a growing number, while nothing follows it, loses nothing", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.1`);
  fixture.write("two, ");
  await tracked.flush();
  renameSync(path, `${path}.2`);
  await tracked.flush();
  fixture.write("three");
  await tracked.close();
  expect(await fixture.stored()).toBe("one, two, three");
  expect(lost).toEqual([]);
});

test("after a restart, a copy that was made before the last write to a renamed file does not follow it", async () => {
  const fixture = await setUpTracking();
  const { path } = fixture;
  fixture.write("");
  await (await fixture.track()).close();
  fixture.write("one, ");
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  fixture.write("two, ");
  renameSync(path, `${path}.2`);
  fixture.write("three");
  await (await fixture.track()).close();
  expect(await fixture.stored()).toBe("two, three");
  expect(await fixture.metadata()).not.toMatchObject({ trackedlog_gaps: "0" });
});

test("what was written to an empty log, copied and emptied before anybody has looked is reported as lost", async () => {
  const { fixture, tracked, lost } = await trackWith("");
  const { path } = fixture;
  fixture.write("one, ");
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  fixture.write("two");
  await tracked.close();
  expect(await fixture.stored()).toBe("two");
  expect(lost).toEqual([0]);
});

test("a log that came and was renamed before anybody has looked is reported as lost, also when it never comes back", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ allowMissingSource: true });
  const lost: number[] = [];
  tracked.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  fixture.write("one");
  renameSync(fixture.path, `${fixture.path}.1`);
  await tracked.close();
  expect(await fixture.stored()).toBe("");
  expect(lost).toEqual([0]);
});

test("a copy that was made of an empty log before that was renamed does not follow it", async () => {
  const { fixture, tracked, lost } = await trackWith("");
  const { path } = fixture;
  fixture.write("one, ");
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
  fixture.write("two, ");
  renameSync(path, `${path}.2`);
  fixture.write("three");
  await tracked.close();
  expect(await fixture.stored()).toBe("two, three");
  expect(lost.length).toBeGreaterThan(0);
});
