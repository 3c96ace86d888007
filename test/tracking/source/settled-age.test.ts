import { createHash } from "node:crypto";
import { expect, test } from "vitest";

import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { resumeSource } from "../../../src/tracking/source/resume/resume-source.js";
import { startSource } from "../../../src/tracking/source/resume/start-source.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";
import { ReadSource } from "../support/read-source.js";

/** A log that is tracked, and the restart of its tracker. */
async function trackSimulated() {
  const folder = new SimulatedFolder(true);
  const write = (name: string, text: string): void => {
    folder.write(name, Buffer.from(text));
  };
  const files = new SimulatedFiles(folder, () => Promise.resolve());
  const plan = {
    access: { files, openFiles: new OpenFiles(8) },
    path: "/work/app.log",
    isTracked: () => false,
  };
  write("app.log", "one\n");
  const { source } = await startSource(plan);
  const reader = new ReadSource(source);
  await reader.read();
  folder.pass(1_000);
  const { current } = source;
  /** Continues after everything that was read of the last file. Gives what is read then, and where bytes may be missing. */
  const restart = async () => {
    const last = source.current;
    if (last === undefined || last === current) throw new Error("nothing of the next file was read");
    const stored = reader.stored.slice(reader.stored.lastIndexOf("two\n"));
    const digest = createHash("sha256").update(stored).digest("hex");
    const found = await resumeSource(
      plan,
      { file: last.identity, sinceNs: last.firstSeenNs, holeBytes: last.start, isUnfinished: true },
      {
        sizeBytes: stored.length,
        head: () => Promise.resolve(Buffer.from(stored)),
        digest: () => Promise.resolve(digest),
        isPerhapsShared: () => Promise.resolve(false),
      },
    );
    if (found === undefined) throw new Error("the log was not found");
    const next = new ReadSource(found.source);
    await next.read();
    return { read: next.stored, losses: next.losses };
  };
  return { folder, write, source, reader, restart };
}

type Tracked = Awaited<ReturnType<typeof trackSimulated>>;

/** Copies and empties the file, all within one step of the clock. */
function copyAndEmpty({ folder }: Tracked): void {
  if (folder.has("app.log.1")) folder.rename("app.log.1", "app.log.2");
  folder.copy("app.log", "app.log.1");
  folder.truncate("app.log");
}

function rename({ folder, write }: Tracked): void {
  if (folder.has("app.log.1")) folder.rename("app.log.1", "app.log.2");
  folder.rename("app.log", "app.log.1");
  write("app.log", "");
}

/** The log is rotated again while the tracker is not there. */
function rotateMeanwhile(tracked: Tracked, rotate: (tracked: Tracked) => void): void {
  tracked.folder.pass(1_000);
  rotate(tracked);
  tracked.folder.pass(1_000);
  tracked.write("app.log", "three\n");
}

/** The log is rotated, its next file is seen while it is empty, and is read a second later. */
async function rotateAndRead(tracked: Tracked, rotate: (tracked: Tracked) => void, meanwhile?: () => void) {
  const { folder, write, source, reader } = tracked;
  rotate(tracked);
  await source.look();
  meanwhile?.();
  folder.pass(1_000);
  write("app.log", "two\n");
  folder.pass(1_000);
  await reader.read();
}

test.each([
  ["copied and emptied", copyAndEmpty],
  ["renamed", rename],
])(
  "a log that is %s within one step of the clock is found without a loss after a restart",
  async (_, rotate) => {
    const tracked = await trackSimulated();
    tracked.write("app.log", "rest of one\n");
    await rotateAndRead(tracked, rotate);
    expect(tracked.reader.stored).toBe("one\nrest of one\ntwo\n");
    rotateMeanwhile(tracked, rotate);
    expect(await tracked.restart()).toEqual({ read: "two\nthree\n", losses: [] });
  },
);

test("what was written late to a renamed file, and read, is no sign of a loss after a restart", async () => {
  const tracked = await trackSimulated();
  await rotateAndRead(tracked, rename, () => {
    tracked.folder.pass(50);
    tracked.write("app.log.1", "rest of one\n");
  });
  expect(tracked.reader.stored).toBe("one\nrest of one\ntwo\n");
  rotateMeanwhile(tracked, rename);
  expect(await tracked.restart()).toEqual({ read: "two\nthree\n", losses: [] });
});

test("a renamed file that was written to after the last look is a sign of a loss after a restart", async () => {
  const tracked = await trackSimulated();
  await rotateAndRead(tracked, rename);
  tracked.folder.pass(1_000);
  tracked.write("app.log.1", "rest of one\n");
  rotateMeanwhile(tracked, rename);
  expect(await tracked.restart()).toEqual({ read: "two\nthree\n", losses: [4] });
});

test("a copy that was made in the step of the clock of the last look may be a later one after a restart", async () => {
  const tracked = await trackSimulated();
  copyAndEmpty(tracked);
  tracked.write("app.log", "two\n");
  await tracked.reader.read();
  rotateMeanwhile(tracked, copyAndEmpty);
  expect(await tracked.restart()).toEqual({ read: "two\nthree\n", losses: [4] });
});

test("a copy of the present content is found after a restart, although the file before it was written to later", async () => {
  const tracked = await trackSimulated();
  const { folder, write, reader, restart, source } = tracked;
  rename(tracked);
  write("app.log", "two\n");
  await source.look();
  folder.pass(1_000);
  folder.copy("app.log", "app.log.old");
  folder.pass(1_000);
  write("app.log.1", "rest of one\n");
  folder.pass(1_000);
  await reader.read();
  expect(reader.stored).toBe("one\nrest of one\ntwo\n");
  folder.truncate("app.log");
  write("app.log", "three\n");
  expect((await restart()).read).toBe("two\nthree\n");
});
