import {
  appendFileSync,
  copyFileSync,
  linkSync,
  mkdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

import { trackWith } from "./support/track-with.js";
import { setUpTracking } from "./support/tracking-fixture.js";

test("a log that is linked to its rotated name, and then made anew, loses nothing", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  for (const line of ["two\n", "three\n", "four\n"]) {
    appendFileSync(path, `before ${line}`);
    linkSync(path, `${path}.${line.trim()}`);
    unlinkSync(path);
    fixture.write(line);
    await tracked.flush();
  }
  await tracked.close();
  expect(await fixture.stored()).toBe("one\nbefore two\ntwo\nbefore three\nthree\nbefore four\nfour\n");
  expect(lost).toEqual([]);
});

test("a file beside the log that is tracked itself later is never part of the log", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  const other = join(dirname(path), "app-2.log");
  writeFileSync(other, "of another\n");
  const second = await fixture.track({ path: other, name: "t1/$TaskLog/other.log" });
  renameSync(path, `${path}.1`);
  fixture.write("two\n");
  appendFileSync(other, "of another, too\n");
  await tracked.close();
  await second.close();
  expect(await fixture.stored()).toBe("one\ntwo\n");
  expect(await fixture.stored("t1/$TaskLog/other.log")).toBe("of another\nof another, too\n");
  expect(lost).toEqual([]);
});

test("a link that is switched to the next file loses nothing that the earlier one had", async () => {
  const fixture = await setUpTracking();
  const file = (day: number): string => join(fixture.folder, `program-2026-11-${day}.log`);
  writeFileSync(file(27), "one\n");
  symlinkSync(file(27), fixture.path);
  const tracked = await fixture.track();
  const lost: number[] = [];
  tracked.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  await tracked.flush();
  appendFileSync(file(27), "two\n");
  writeFileSync(file(28), "three\n");
  unlinkSync(fixture.path);
  symlinkSync(file(28), fixture.path);
  await tracked.flush();
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\n");
  expect(lost).toEqual([]);
});

test("the tenth file of a day comes after the ninth", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  const rotated = (number: number): string => path.replace(/\.log$/u, `-2026-11-29.${number}.log`);
  renameSync(path, rotated(9));
  fixture.write("two\n");
  renameSync(path, rotated(10));
  fixture.write("three\n");
  renameSync(path, rotated(11));
  fixture.write("four\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\n");
  expect(lost).toEqual([]);
});

test("a log that is rotated to names with a number and no separator loses nothing", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  const rotated = (number: number): string => path.replace(/\.log$/u, `${number}.log`);
  renameSync(path, rotated(2));
  fixture.write("two\n");
  renameSync(path, rotated(1));
  fixture.write("three\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\n");
  expect(lost).toEqual([]);
});

test("logs of other workers whose numbers follow the name are no rotated files", async () => {
  const fixture = await setUpTracking();
  const tracked = await fixture.track({ allowMissingSource: true });
  const lost: number[] = [];
  tracked.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  writeFileSync(fixture.path.replace(/\.log$/u, "2.log"), "of another\n");
  fixture.write("one\n");
  await tracked.flush();
  writeFileSync(fixture.path.replace(/\.log$/u, "3.log"), "of another\n");
  unlinkSync(fixture.path);
  fixture.write("two\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\n");
  expect(lost).toEqual([]);
});

test("a log that is moved to another folder is stored to its end", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  const archive = join(fixture.folder, "archive");
  mkdirSync(archive);
  appendFileSync(path, "two\n");
  renameSync(path, join(archive, "app.log.1"));
  fixture.write("three\n");
  await tracked.close();
  expect(readFileSync(join(archive, "app.log.1"), "utf8")).toBe("one\ntwo\n");
  expect(await fixture.stored()).toBe("one\ntwo\nthree\n");
  expect(lost).toEqual([]);
});

test("a dated file of another worker, whose number looks like a year, is no rotated file", async () => {
  const { fixture, path, tracked, lost } = await trackWith("ours 1\n");
  renameSync(path, join(fixture.folder, "app-2026-11-29.log"));
  writeFileSync(join(fixture.folder, "app-31337-2026-11-30.log"), "of another\n");
  fixture.write("ours 2\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("ours 1\nours 2\n");
  // It may also be one of this log, which is rotated in two ways.
  expect(lost).toEqual([0]);
});

test("a dated copy of another worker's log is no rotated file", async () => {
  const { fixture, path, tracked, lost } = await trackWith("ours 1\n");
  copyFileSync(path, join(fixture.folder, "app-2026-11-29.log"));
  truncateSync(path);
  writeFileSync(join(fixture.folder, "app-31337-2026-11-29.log"), "of another\n");
  fixture.write("ours 2\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("ours 1\nours 2\n");
  // It may also be one of this log, which is rotated in two ways.
  expect(lost).toEqual([0]);
});

/** Tracks a log that was rotated three times, to names with growing numbers before the extension; each new file was empty at first. */
async function trackGrowing(pattern: string) {
  const tracking = await trackWith("one\n");
  const rotated = (number: number): string =>
    tracking.path.replace(/\.log$/u, pattern.replace("%", `${number}`));
  for (const [index, line] of ["two\n", "three\n", "four\n"].entries()) {
    renameSync(tracking.path, rotated(index + 1));
    tracking.fixture.write("");
    await tracking.tracked.flush();
    tracking.fixture.write(line);
    await tracking.tracked.flush();
  }
  return { ...tracking, rotated };
}

test.each(["-%.log", ".%.log"])(
  "a log that is rotated to app%s with growing numbers loses nothing",
  async (pattern) => {
    const { fixture, path, tracked, lost, rotated } = await trackGrowing(pattern);
    // The oldest file is removed, and the others are renamed.
    for (const number of [1, 2]) renameSync(rotated(number + 1), rotated(number));
    renameSync(path, rotated(3));
    fixture.write("");
    await tracked.flush();
    fixture.write("five\n");
    await tracked.close();
    expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\nfive\n");
    expect(lost).toEqual([]);
  },
);

test("a file with the next number before the extension may be a copy of the log, and is reported as lost", async () => {
  const { fixture, path, tracked, lost, rotated } = await trackGrowing("-%.log");
  renameSync(path, rotated(4));
  fixture.write("");
  await tracked.flush();
  fixture.write("five\n");
  copyFileSync(path, rotated(5));
  truncateSync(path);
  fixture.write("six\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\nsix\n");
  expect(lost).toEqual([0]);
});
