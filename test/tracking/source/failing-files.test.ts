import { createHash } from "node:crypto";
import { expect, test } from "vitest";

import { hasCode } from "../../../src/core/index.js";
import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { SeenFiles } from "../../../src/tracking/source/files/seen-files.js";
import { getFileIdentity } from "../../../src/tracking/source/files/file-stat.js";
import type { ResumePlan } from "../../../src/tracking/source/resume/resume-plan.js";
import { resumeSource } from "../../../src/tracking/source/resume/resume-source.js";
import { startSource } from "../../../src/tracking/source/resume/start-source.js";
import type { Source } from "../../../src/tracking/source/source.js";
import { SeenLines } from "../simulation/seen-lines.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";
import { ReadSource } from "../support/read-source.js";

const path = "/work/app.log";

/** A system that refuses one operation on files, such as for too many open files. */
class FailingFiles {
  readonly folder = new SimulatedFolder(true);
  readonly seen = new SeenLines();
  /** What another program does before an operation. */
  readonly meanwhile = new Map<number, () => void>();
  operations = 0;
  hasFailed = false;
  failAt = Number.POSITIVE_INFINITY;

  async start(): Promise<Source> {
    const { source } = await startSource(this.createPlan());
    return source;
  }

  createPlan(): ResumePlan {
    const pause = async (operation: string): Promise<void> => {
      this.folder.pass(0.05);
      if (operation.startsWith("close")) return;
      this.operations += 1;
      this.meanwhile.get(this.operations)?.();
      if (this.operations !== this.failAt) return;
      this.hasFailed = true;
      throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
    };
    const files = new SeenFiles(new SimulatedFiles(this.folder, pause, this.seen), path);
    return { access: { files, openFiles: new OpenFiles(8) }, path, isTracked: () => false };
  }

  write(name: string, text: string): void {
    this.folder.write(name, Buffer.from(text));
  }
}

/** Calls again after a failure, as a tracked file does. */
async function callAgain(call: () => Promise<void>): Promise<void> {
  await call().catch(call);
}

function ignoreFailure(error: unknown): void {
  if (!hasCode(error, "EMFILE")) throw error;
}

/** A file whose first line was read, and which is renamed. From then on, the operation of this number fails. */
async function renameAfterFirstLine(failAt: number) {
  const files = new FailingFiles();
  const { folder } = files;
  files.write("app.log", "line 1 x\n");
  folder.pass(200);
  const source = await files.start();
  const read = new ReadSource(source);
  await read.read();
  files.operations = 0;
  files.failAt = failAt;
  folder.rename("app.log", "app.log.1");
  return { files, folder, read, source };
}

/** A file is renamed, and gets its name back before the file that was between is stored. */
async function renameAndBack(failAt: number): Promise<{ files: FailingFiles; read: ReadSource }> {
  const { files, folder, read, source } = await renameAfterFirstLine(failAt);
  files.write("app.log", "line 2 xxxxxxxx\n");
  folder.pass(200);
  await callAgain(() => source.look());
  folder.remove("app.log");
  folder.rename("app.log.1", "app.log");
  files.write("app.log", "line 3 x\n");
  folder.pass(200);
  await callAgain(() => source.look());
  await callAgain(() => read.read());
  await callAgain(() => source.end());
  await callAgain(() => read.read());
  await source.close();
  return { files, read };
}

test("each line is stored once and in its place, whichever operation fails while a renamed file has its name again", async () => {
  const expected = ["line 1 x", "line 2 xxxxxxxx", "line 3 x"];
  for (let failAt = 1; ; failAt += 1) {
    const { files, read } = await renameAndBack(failAt);
    expect({ failAt, lines: read.stored.trimEnd().split("\n") }).toEqual({ failAt, lines: expected });
    if (!files.hasFailed) break;
  }
});

/** A file is renamed. The next one is emptied and written again, twice, during one look. */
async function emptyDuringLook(
  failAt: number,
  at: readonly [number, number],
): Promise<{ files: FailingFiles; read: ReadSource }> {
  const { files, folder, read, source } = await renameAfterFirstLine(failAt);
  files.write("app.log", "line 2 x\n");
  for (const [index, operation] of at.entries())
    files.meanwhile.set(operation, () => {
      folder.truncate("app.log");
      files.write("app.log", `line ${index + 3} xxxxxx\n`);
    });
  folder.pass(200);
  for (let flushes = 0; flushes < 3; flushes += 1) await callAgain(() => read.read());
  await callAgain(() => source.end());
  await callAgain(() => read.read());
  await source.close();
  return { files, read };
}

test("content that was read and is gone is reported, whichever operation fails while it is looked for", async () => {
  for (let failAt = 1; ; failAt += 1) {
    const { files, read } = await emptyDuringLook(failAt, [2, 16]);
    const isMissing = files.seen.has("line 3 xxxxxx\n") && !read.stored.includes("line 3");
    expect({ failAt, isSilent: isMissing && read.losses.length === 0 }).toEqual({ failAt, isSilent: false });
    if (!files.hasFailed) break;
  }
});

test("a loss is known when files are forgotten that were found while files were rotated, also if the folder cannot be listed then", async () => {
  for (let failAt = 1; ; failAt += 1) {
    const { files, source } = await renameAfterFirstLine(Number.POSITIVE_INFINITY);
    files.write("app.log", "line 2 x\n");
    files.folder.pass(200);
    await source.look();
    files.operations = 0;
    files.failAt = failAt;
    await source.keepFirst().catch(ignoreFailure);
    const { generations, isGapKnown } = source;
    expect({ failAt, isGapKnown, count: generations.length }).toEqual({ failAt, isGapKnown: true, count: 1 });
    await source.close();
    if (!files.hasFailed) break;
  }
});

/** What happens to a file of which one line is stored, and which is looked at then. */
const changes: Record<string, (files: FailingFiles) => void> = {
  "renamed twice": (files) => {
    const { folder } = files;
    folder.rename("app.log", "app.log.2");
    files.write("app.log.1", "line 2 x\n");
    folder.pass(200);
    files.write("app.log", "line 3 x\n");
  },
  "copied and emptied": (files) => {
    const { folder } = files;
    folder.copy("app.log", "app.log.1");
    folder.truncate("app.log");
    files.write("app.log", "line 2 x\n");
  },
  "copied twice": (files) => {
    const { folder } = files;
    files.write("app.log", "line 2 x\n");
    folder.copy("app.log", "app.log.2");
    folder.pass(200);
    folder.truncate("app.log");
    files.write("app.log", "line 3 x\n");
    folder.copy("app.log", "app.log.1");
    folder.truncate("app.log");
    files.write("app.log", "line 4 x\n");
  },
};

test.each(Object.keys(changes))(
  "files that were opened are closed after a failure, whichever operation fails during a look (the file is %s)",
  async (change) => {
    for (let failAt = 1; ; failAt += 1) {
      const files = new FailingFiles();
      files.write("app.log", "line 1 x\n");
      files.folder.pass(200);
      const source = await files.start();
      await new ReadSource(source).read();
      changes[change]?.(files);
      files.folder.pass(200);
      files.operations = 0;
      files.failAt = failAt;
      await source.look().catch(ignoreFailure);
      await source.close();
      expect({ failAt, open: files.folder.heldFiles }).toEqual({ failAt, open: 0 });
      if (!files.hasFailed) break;
    }
  },
);

test.each(Object.keys(changes))(
  "files that were opened are closed after a failure, whichever operation fails during a restart (the file is %s)",
  async (change) => {
    for (let failAt = 1; ; failAt += 1) {
      const files = new FailingFiles();
      const stored = "line 1 x\n";
      files.write("app.log", stored);
      const inode = files.folder.inodeOf("app.log");
      if (inode === undefined) throw new Error("no app.log");
      const stat = files.folder.stat(inode);
      files.folder.pass(200);
      changes[change]?.(files);
      files.folder.pass(200);
      files.failAt = failAt;
      const found = await resumeSource(
        files.createPlan(),
        { file: getFileIdentity(stat), sinceNs: stat.modifiedNs, holeBytes: 0, isUnfinished: true },
        {
          sizeBytes: stored.length,
          head: () => Promise.resolve(Buffer.from(stored)),
          digest: () => Promise.resolve(createHash("sha256").update(stored).digest("hex")),
          isPerhapsShared: () => Promise.resolve(false),
        },
      ).catch(ignoreFailure);
      expect({ failAt, isFound: found !== undefined }).toEqual({ failAt, isFound: !files.hasFailed });
      await found?.source.close();
      expect({ failAt, open: files.folder.heldFiles }).toEqual({ failAt, open: 0 });
      if (!files.hasFailed) break;
    }
  },
);

test("files that were opened are closed after a failure, whichever operation fails when tracking starts", async () => {
  for (let failAt = 1; ; failAt += 1) {
    const files = new FailingFiles();
    files.write("app.log", "line 1 x\n");
    files.failAt = failAt;
    const found = await startSource(files.createPlan()).catch(ignoreFailure);
    await found?.source.close();
    expect({ failAt, open: files.folder.heldFiles }).toEqual({ failAt, open: 0 });
    if (!files.hasFailed) break;
  }
});
