import { expect, test } from "vitest";

import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { SourceFile } from "../../../src/tracking/source/files/source-file.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";

// No real file system gives a number and a birth to two files whenever a test needs it.
async function openEmpty(recordsBirths: boolean) {
  const folder = new SimulatedFolder(recordsBirths);
  folder.write("app.log", Buffer.alloc(0));
  folder.write("other.log", Buffer.alloc(0));
  const access = {
    files: new SimulatedFiles(folder, () => Promise.resolve()),
    openFiles: new OpenFiles(1),
  };
  const file = await SourceFile.open(access, "/work/app.log");
  if (file === undefined) throw new Error("no app.log");
  /** Closes the file, because only one may be open. */
  const openAnother = async (): Promise<void> => {
    await SourceFile.open(access, "/work/other.log");
  };
  const size = async (): Promise<number | undefined> =>
    (await file.use((handle) => handle.stat()))?.sizeBytes;
  return { folder, file, openAnother, size };
}

test.each([true, false])(
  "a foreign file with the inode and birth time of an empty one is not taken for it (birth times recorded: %s)",
  async (recordsBirths) => {
    const { folder, openAnother, size } = await openEmpty(recordsBirths);
    await openAnother();
    folder.remove("app.log");
    folder.write("app.log.old", Buffer.from("foreign"));
    expect(await size()).toBeUndefined();
  },
);

test("an empty file that was held open longer than one clock tick is found under another name", async () => {
  const { folder, openAnother, size } = await openEmpty(true);
  folder.pass(500);
  await openAnother();
  folder.rename("app.log", "app.log.1");
  folder.write("app.log.1", Buffer.from("ours"));
  expect(await size()).toBe(4);
});

test("where births are not recorded, a file under the path again is not taken for an empty one that has left it", async () => {
  const { folder, file, openAnother, size } = await openEmpty(false);
  file.hasLeft = true;
  await openAnother();
  folder.remove("app.log");
  folder.write("app.log", Buffer.from("later"));
  expect(await size()).toBeUndefined();
});

test("a file at the tracked path is reopened, whenever it was closed", async () => {
  const { folder, openAnother, size } = await openEmpty(false);
  await openAnother();
  folder.write("app.log", Buffer.from("ours"));
  expect(await size()).toBe(4);
});
