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

test("a rotated file with two names is stored once", async () => {
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

test("a renamed file that is renamed back is continued where it was stored, also after a restart", async () => {
  const { fixture, tracked, lost } = await trackWith("one, ");
  const { path } = fixture;
  renameSync(path, `${path}.1`);
  fixture.write("two, ");
  await tracked.flush();
  unlinkSync(path);
  renameSync(`${path}.1`, path);
  await tracked.flush();
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

test("a file that was compressed before it was observed is reported lost", async () => {
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

test("nothing is lost if each rotation compresses the file, or the one before it", async () => {
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

test("a file that replaced the only rotated file is reported lost", async () => {
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

test("a file that was last observed empty, and then overwritten by a copy of a stored one, is reported lost", async () => {
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

test("a loss after a renamed file without a successor is reported once", async () => {
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

test("nothing is lost if a file without a successor is renamed to increasing numbers", async () => {
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

test("after a restart, a copy made before the last write to a renamed file is not its successor", async () => {
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

test("content that was written to an empty log, copied and truncated before it was observed is reported lost", async () => {
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

test("a log that was created and renamed before it was observed is reported lost, also if it is never created again", async () => {
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

test("a copy of an empty log, made before the log was renamed, is not its successor", async () => {
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
