import { expect, test } from "vitest";

import { getFileIdentity } from "../../../src/tracking/source/files/file-stat.js";
import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { resumeSource } from "../../../src/tracking/source/resume/resume-source.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";

const nothingStored = {
  sizeBytes: 0,
  head: () => Promise.resolve(Buffer.alloc(0)),
  digest: () => Promise.resolve(""),
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
    const recorded = { file: getFileIdentity(stat), sinceNs: stat.modifiedNs, holeBytes: 0 };
    const plan = { access, path: "/work/app.log", isTracked: () => false };
    return await resumeSource(plan, recorded, nothingStored);
  };
  return { folder, resume };
}

// No real file system gives the number of a deleted file to the next one whenever a test needs it.
test.each([true, false])(
  "a file with the number of a deleted one, nothing of which was stored, does not hide the loss (births recorded: %s)",
  async (recordsBirths) => {
    const { folder, resume } = await record(recordsBirths);
    folder.remove("app.log");
    folder.write("app.log", Buffer.from("second"));
    expect((await resume())?.first?.gapBytes).toBe(0);
  },
);

test.each([true, false])(
  "a file that nothing was stored of, and that has not changed, lacks nothing (births recorded: %s)",
  async (recordsBirths) => {
    const { resume } = await record(recordsBirths);
    expect((await resume())?.first?.gapBytes).toBeUndefined();
  },
);

test("a file that nothing was stored of, and that has grown, lacks nothing if its birth shows that it is the same", async () => {
  const { folder, resume } = await record(true);
  folder.write("app.log", Buffer.from(", and more"));
  expect((await resume())?.first?.gapBytes).toBeUndefined();
});
