import { expect, test } from "vitest";

import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { startSource } from "../../../src/tracking/source/resume/start-source.js";
import type { Source } from "../../../src/tracking/source/source.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";
import { ReadSource } from "../support/read-source.js";

const path = "/work/app.log";

/** A system that refuses one operation on files, such as for too many open files. */
class FailingFiles {
  readonly folder = new SimulatedFolder(true);
  operations = 0;
  hasFailed = false;
  failAt = Number.POSITIVE_INFINITY;

  async start(): Promise<Source> {
    const files = new SimulatedFiles(this.folder, async (operation) => {
      this.folder.pass(0.05);
      if (operation.startsWith("close")) return;
      this.operations += 1;
      if (this.operations !== this.failAt) return;
      this.hasFailed = true;
      throw Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
    });
    const access = { files, openFiles: new OpenFiles(8) };
    const { source } = await startSource({ access, path, isTracked: () => false });
    return source;
  }

  write(name: string, text: string): void {
    this.folder.write(name, Buffer.from(text));
  }
}

/** Calls again after a failure, as a tracked file does. */
async function callAgain(call: () => Promise<void>): Promise<void> {
  await call().catch(call);
}

/** A file is renamed, and gets its name back before the file that was between is stored. */
async function renameAndBack(failAt: number): Promise<{ files: FailingFiles; read: ReadSource }> {
  const files = new FailingFiles();
  const { folder } = files;
  files.write("app.log", "line 1\n");
  folder.pass(200);
  const source = await files.start();
  const read = new ReadSource(source);
  await read.read();
  files.operations = 0;
  files.failAt = failAt;
  folder.rename("app.log", "app.log.1");
  files.write("app.log", "line 2 is longer\n");
  folder.pass(200);
  await callAgain(() => source.look());
  folder.remove("app.log");
  folder.rename("app.log.1", "app.log");
  files.write("app.log", "line 3\n");
  folder.pass(200);
  await callAgain(() => source.look());
  await callAgain(() => read.read());
  await callAgain(() => source.end());
  await callAgain(() => read.read());
  await source.close();
  return { files, read };
}

test("no line is stored twice, whichever operation fails while a renamed file has its name again", async () => {
  const expected = ["line 1", "line 2 is longer", "line 3"];
  for (let failAt = 1; ; failAt += 1) {
    const { files, read } = await renameAndBack(failAt);
    expect({ failAt, lines: read.stored.trimEnd().split("\n").sort() }).toEqual({ failAt, lines: expected });
    if (!files.hasFailed) break;
  }
});
