import {
  appendFileSync,
  copyFileSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "vitest";

import { trackWith } from "./support/track-with.js";
import { setUpTracking } from "./support/tracking-fixture.js";

test("a file that is replaced by one of the same size and time is noticed at the latest when it grows", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one first\n");
  const { atime, mtime } = statSync(path);
  const past = new Date(mtime.getTime() - 3_600_000);
  utimesSync(path, past, past);
  await tracked.flush();
  writeFileSync(path, "two first\n");
  utimesSync(path, atime, past);
  await tracked.flush();
  appendFileSync(path, "three\n");
  utimesSync(path, atime, past);
  await tracked.close();
  expect(await fixture.stored()).toBe("one first\ntwo first\nthree\n");
  expect(lost.length).toBeGreaterThan(0);
});

test.each(["utf16le", "utf16be"])(
  "a log in %s is stored byte for byte, also if it is rotated",
  async (encoding) => {
    const encode = (text: string): Buffer => {
      const bytes = Buffer.from(text, "utf16le");
      return encoding === "utf16le" ? Buffer.concat([Buffer.from([0xff, 0xfe]), bytes]) : bytes.swap16();
    };
    const { fixture, path, tracked, lost } = await trackWith(encode("one\n"));
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    fixture.write(encode("two\n"));
    await tracked.flush();
    copyFileSync(path, `${path}.1`);
    truncateSync(path);
    fixture.write(encode("three is longer\n"));
    await tracked.close();
    const stored = await fixture.container.getBlobClient("t1/$TaskLog/app.log").downloadToBuffer();
    expect(stored).toEqual(Buffer.concat(["one\n", "two\n", "three is longer\n"].map(encode)));
    expect(lost).toEqual([]);
  },
);

test("a file that is cut shorter, and goes on, is not stored twice", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\ntwo\nthree\n");
  truncateSync(path, "one\ntwo\n".length);
  await tracked.flush();
  fixture.write("four\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\n");
  expect(lost.length).toBeGreaterThan(0);
});

test("a file that is cut shorter and written to before anybody looks is not stored twice", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\ntwo\nthree and more\n");
  truncateSync(path, "one\ntwo\n".length);
  fixture.write("four\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree and more\nfour\n");
  expect(lost.length).toBeGreaterThan(0);
});

test("a long file that is cut shorter is not stored twice", async () => {
  const lines = Array.from({ length: 2_000 }, (_, index) => `line ${index}\n`);
  const { fixture, path, tracked, lost } = await trackWith(lines.join(""));
  truncateSync(path, lines.slice(0, 1_000).join("").length);
  await tracked.flush();
  fixture.write("after\n");
  await tracked.close();
  expect(await fixture.stored()).toBe(`${lines.join("")}after\n`);
  expect(lost.length).toBeGreaterThan(0);
});

test("a watched file that is written to late, and then copied over, is reported lost", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  renameSync(path, `${path}.1`);
  fixture.write("two\n");
  await tracked.flush();
  expect(lost).toEqual([]);
  appendFileSync(`${path}.1`, "late\n");
  copyFileSync(path, `${path}.1`);
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\n");
  expect(lost).toEqual([0]);
});

test.each([
  ["another program's", "nobody looks"],
  ["a copy", "nobody looks"],
  ["a copy", "the file is looked at before it has more than its first line"],
])(
  "a new file, %s, that begins with the only line that is known does not repeat it, and is reported lost, if %s",
  async (file, look) => {
    const fixture = await setUpTracking();
    const { path } = fixture;
    fixture.write("=== the program ===\n");
    const session = await fixture.openSession();
    await session.flush({});
    if (file === "a copy") {
      fixture.write("one\n");
      copyFileSync(path, `${path}.old`);
      truncateSync(path);
      fixture.write("=== the program ===\n");
    } else writeFileSync(`${path}.old`, "=== the program ===\nof another\n");
    if (look !== "nobody looks") await session.look();
    fixture.write("two\n");
    await session.finish({});
    await session.release();
    expect(await fixture.stored()).toBe("=== the program ===\ntwo\n");
    expect(await fixture.metadata()).toMatchObject({ trackedlog_gaps: "1" });
  },
);
