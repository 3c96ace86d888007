import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmdirSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { expect, test } from "vitest";

import { makeGate } from "../support/faults.js";
import { trackWith } from "./support/track-with.js";
import { createCrash, setUpTracking } from "./support/tracking-fixture.js";

test("a log that another file is renamed over, again and again, loses nothing that was looked at", async () => {
  const { fixture, path, tracked, lost } = await trackWith("one\n");
  for (const line of ["two\n", "three\n", "four\n"]) {
    writeFileSync(`${path}.new`, line);
    renameSync(`${path}.new`, path);
    await tracked.flush();
  }
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\n");
  expect(lost).toEqual([]);
});

test("a log that is copied and emptied while an append is not answered loses nothing", async () => {
  const fixture = await setUpTracking();
  fixture.write("one\n");
  const session = await fixture.openSession();
  await session.flush({});
  const gate = makeGate();
  fixture.proxy.onRequest = () => ({ kind: "delay", until: gate.opened });
  fixture.write("two\n");
  const flushing = session.flush({});
  await fixture.proxy.waitForRequest(({ operation }) => operation === "AppendBlock");
  for (const [index, line] of ["three\n", "four\n", "five\n"].entries()) {
    fixture.write(`more ${line}`);
    copyFileSync(fixture.path, `${fixture.path}-2026112${index}`);
    truncateSync(fixture.path);
    fixture.write(line);
    await session.look();
  }
  fixture.proxy.onRequest = undefined;
  gate.open();
  await flushing;
  await session.finish({});
  await session.release();
  expect(await fixture.stored()).toBe("one\ntwo\nmore three\nthree\nmore four\nfour\nmore five\nfive\n");
  expect(await fixture.metadata()).toMatchObject({ trackedlog_gaps: "0" });
});

test("a log that is rotated twice between a crash and the next start loses nothing", async () => {
  const fixture = await setUpTracking();
  const { abortSignal, crash } = createCrash();
  fixture.write("one\n");
  const first = await fixture.track({ abortSignal });
  await first.flush();
  fixture.write("two\n");
  crash();
  await first.close();
  renameSync(fixture.path, `${fixture.path}.1`);
  fixture.write("three\n");
  renameSync(`${fixture.path}.1`, `${fixture.path}.2`);
  renameSync(fixture.path, `${fixture.path}.1`);
  fixture.write("four\n");
  const second = await fixture.track();
  const lost: number[] = [];
  second.on("lost", ({ knownBytes }) => lost.push(knownBytes));
  await second.close();
  expect(await fixture.stored()).toBe("one\ntwo\nthree\nfour\n");
  expect(lost).toEqual([]);
});

test("a file that becomes a folder, a link to nothing, a link to itself and a file again is followed", async () => {
  const { fixture, path, tracked } = await trackWith("one\n");
  unlinkSync(path);
  mkdirSync(path);
  await tracked.flush();
  rmdirSync(path);
  symlinkSync(`${path}.nothing`, path);
  await tracked.flush();
  unlinkSync(path);
  symlinkSync(path, path);
  await tracked.flush();
  unlinkSync(path);
  fixture.write("two\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\n");
});

test.skipIf(process.platform === "win32")(
  "a log that becomes a pipe does not stop its tracking",
  async () => {
    const { fixture, path, tracked } = await trackWith("one\n");
    unlinkSync(path);
    execFileSync("mkfifo", [path]);
    await tracked.flush();
    unlinkSync(path);
    fixture.write("two\n");
    await tracked.close();
    expect(await fixture.stored()).toBe("one\ntwo\n");
  },
);

test("a line of many megabytes without an end is stored once, also if the log is rotated meanwhile", async () => {
  const line = Buffer.alloc(9 * 1024 * 1024, "long line ");
  const { fixture, path, tracked, lost } = await trackWith(line);
  appendFileSync(path, line);
  renameSync(path, `${path}.1`);
  fixture.write("next\n");
  await tracked.close();
  expect(await fixture.stored()).toBe(`${line.toString()}${line.toString()}next\n`);
  expect(lost).toEqual([]);
});

test("rotations of empty files lose nothing", async () => {
  const { fixture, path, tracked, lost } = await trackWith("");
  for (const number of [1, 2, 3]) {
    renameSync(path, `${path}.${number}`);
    fixture.write("");
    await tracked.flush();
  }
  fixture.write("one\n");
  renameSync(path, `${path}.4`);
  fixture.write("");
  await tracked.flush();
  fixture.write("two\n");
  await tracked.close();
  expect(await fixture.stored()).toBe("one\ntwo\n");
  expect(lost).toEqual([]);
});
