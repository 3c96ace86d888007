import { createHash } from "node:crypto";
import { expect, test } from "vitest";

import { getFileIdentity } from "../../../src/tracking/source/files/file-stat.js";
import { createHeadDigest } from "../../../src/tracking/source/generation/head-digest.js";
import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { resumeSource } from "../../../src/tracking/source/resume/resume-source.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";

const nothingStored = {
  sizeBytes: 0,
  head: () => Promise.resolve(Buffer.alloc(0)),
  digest: () => Promise.resolve(""),
  isPerhapsShared: () => Promise.resolve(false),
};

/** A log whose file was recorded before anything of it was stored. */
async function record(recordsBirths: boolean) {
  const folder = new SimulatedFolder(recordsBirths);
  folder.write("app.log", Buffer.from("first"));
  const files = new SimulatedFiles(folder, () => Promise.resolve());
  const stat = await files.stat("/work/app.log");
  if (stat === undefined) throw new Error("no app.log");
  folder.pass(1_000);
  const resume = async () => {
    const access = { files, openFiles: new OpenFiles(8) };
    const head = createHeadDigest(Buffer.from("first"));
    const recorded = {
      file: getFileIdentity(stat),
      sinceNs: stat.modifiedNs,
      holeBytes: 0,
      isUnfinished: true,
      head,
    };
    const plan = { access, path: "/work/app.log", isTracked: () => false };
    return await resumeSource(plan, recorded, nothingStored);
  };
  return { folder, resume };
}

// No real file system gives the number of a deleted file to the next one whenever a test needs it.
test.each([true, false])(
  "a file with the inode of a deleted, unstored file does not hide its loss (birth times recorded: %s)",
  async (recordsBirths) => {
    const { folder, resume } = await record(recordsBirths);
    folder.remove("app.log");
    folder.write("app.log", Buffer.from("second"));
    expect((await resume())?.first?.gapBytes).toBe(0);
  },
);

test.each([true, false])(
  "an unstored and unchanged file has no gap (birth times recorded: %s)",
  async (recordsBirths) => {
    const { resume } = await record(recordsBirths);
    expect((await resume())?.first?.gapBytes).toBeUndefined();
  },
);

test("an unstored file that has grown has no gap if its birth time shows that it is the same file", async () => {
  const { folder, resume } = await record(true);
  folder.write("app.log", Buffer.from(", and more"));
  expect((await resume())?.first?.gapBytes).toBeUndefined();
});

test("a file that nothing was stored of, and that was emptied and written to again, lacks its first content", async () => {
  const { folder, resume } = await record(true);
  folder.truncate("app.log");
  folder.write("app.log", Buffer.from("second, and longer"));
  expect((await resume())?.first?.gapBytes).toBe(0);
});

test("a renamed file that nothing was stored of is not read after another one was copied over it", async () => {
  const { folder, resume } = await record(true);
  folder.rename("app.log", "app.log.2");
  folder.write("app.log.1", Buffer.from("stored before"));
  folder.copy("app.log.1", "app.log.2");
  folder.write("app.log", Buffer.from("second"));
  const found = await resume();
  expect(found?.source.generations.map(({ gapBytes, seenBytes }) => ({ gapBytes, seenBytes }))).toEqual([
    { gapBytes: 0, seenBytes: 6 },
  ]);
});

test("a renamed file that nothing was stored of is read", async () => {
  const { folder, resume } = await record(true);
  folder.rename("app.log", "app.log.1");
  folder.write("app.log", Buffer.from("second"));
  const found = await resume();
  expect(found?.source.generations.map(({ gapBytes, seenBytes }) => ({ gapBytes, seenBytes }))).toEqual([
    { gapBytes: undefined, seenBytes: 5 },
    { gapBytes: undefined, seenBytes: 6 },
  ]);
});

/** A restart while the stored content is copied and removed, and "second" is written; `meanwhile` follows its comparison. */
async function resumeCopied(meanwhile: (folder: SimulatedFolder) => void) {
  const folder = new SimulatedFolder(true);
  const stored = Buffer.from("first");
  folder.write("app.log", stored);
  const recorded = await new SimulatedFiles(folder, () => Promise.resolve()).stat("/work/app.log");
  if (recorded === undefined) throw new Error("no app.log");
  folder.pass(1_000);
  const steps = [
    () => {
      folder.copy("app.log", "app.log.1");
      folder.truncate("app.log");
      folder.write("app.log", Buffer.from("second"));
    },
    () => {
      meanwhile(folder);
    },
  ];
  let isOpened = false;
  const files = new SimulatedFiles(folder, (operation) => {
    const isNext = operation === "open app.log" || (isOpened && operation === "stat app.log");
    isOpened ||= isNext;
    if (isNext) steps.shift()?.();
    return Promise.resolve();
  });
  const found = await resumeSource(
    { access: { files, openFiles: new OpenFiles(8) }, path: "/work/app.log", isTracked: () => false },
    { file: getFileIdentity(recorded), sinceNs: recorded.modifiedNs, holeBytes: 0, isUnfinished: true },
    {
      sizeBytes: stored.length,
      head: () => Promise.resolve(stored),
      digest: () => Promise.resolve(createHash("sha256").update(stored).digest("hex")),
      isPerhapsShared: () => Promise.resolve(false),
    },
  );
  return found?.source.generations.map(({ gapBytes, seenBytes }) => ({ gapBytes, seenBytes }));
}

test("content that was compared, but truncated before the log was found in a copy, is lost", async () => {
  const found = await resumeCopied((folder) => {
    folder.truncate("app.log");
    folder.write("app.log", Buffer.from("3"));
  });
  expect(found).toEqual([
    { gapBytes: undefined, seenBytes: 5 },
    { gapBytes: 0, seenBytes: 1 },
  ]);
});

test("content that was compared, and still exists when the log is found in a copy, is not lost", async () => {
  expect(await resumeCopied(() => undefined)).toEqual([
    { gapBytes: undefined, seenBytes: 5 },
    { gapBytes: undefined, seenBytes: 6 },
  ]);
});
