import { appendFileSync, renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";

import { OpenFiles } from "../../src/tracking/source/files/open-files.js";
import { SeenFiles } from "../../src/tracking/source/files/seen-files.js";
import { startSource } from "../../src/tracking/source/resume/start-source.js";
import { SeenLines } from "./simulation/seen-lines.js";
import { SimulatedFiles, SimulatedFolder } from "./simulation/simulated-files.js";
import { ReadSource } from "./support/read-source.js";
import { recordLosses, setUpTracking } from "./support/tracking-fixture.js";

/** A file is renamed, and gets its name back before the file that was between is stored. */
async function trackRenamedBack(isWrittenBeforeLook: boolean): Promise<{ stored: string; lost: number[] }> {
  const fixture = await setUpTracking();
  const { path } = fixture;
  fixture.write("line 1\n");
  const session = await fixture.openSession();
  const lost = recordLosses(session);
  await session.flush({});
  renameSync(path, `${path}.1`);
  fixture.write("line 2\n");
  await session.look();
  rmSync(path);
  renameSync(`${path}.1`, path);
  if (!isWrittenBeforeLook) await session.look();
  appendFileSync(path, "line 3\n");
  await session.look();
  await session.finish({});
  await session.release();
  return { stored: await fixture.stored(), lost };
}

test("a renamed file that has its name again is stored after the file that was between", async () => {
  expect(await trackRenamedBack(false)).toEqual({ stored: "line 1\nline 2\nline 3\n", lost: [] });
});

test("a possible loss is reported before what may have been written to a file under its other name", async () => {
  expect(await trackRenamedBack(true)).toEqual({ stored: "line 1\nline 2\nline 3\n", lost: [14] });
});

test.each([true, false])(
  "a file that has its name again during a look or a read is not read before its time (first line stored: %s)",
  async (isFirstStored) => {
    for (let at = 1; ; at += 1) {
      const folder = new SimulatedFolder(true);
      const seen = new SeenLines();
      let operations = 0;
      const simulated = new SimulatedFiles(
        folder,
        async () => {
          folder.pass(0.05);
          operations += 1;
          if (operations !== at || !folder.has("app.log.1")) return;
          folder.remove("app.log");
          folder.rename("app.log.1", "app.log");
          folder.write("app.log", Buffer.from("line 3 x\n"));
        },
        seen,
      );
      const path = "/work/app.log";
      const access = { files: new SeenFiles(simulated, path), openFiles: new OpenFiles(8) };
      folder.write("app.log", Buffer.from("line 1 x\n"));
      folder.pass(200);
      const { source } = await startSource({ access, path, isTracked: () => false });
      const read = new ReadSource(source);
      if (isFirstStored) await read.read();
      folder.rename("app.log", "app.log.1");
      folder.write("app.log", Buffer.from("line 2 x\n"));
      folder.pass(200);
      operations = 0;
      await source.look();
      await read.read();
      await read.read();
      const isBeforeEnd = operations >= at;
      await source.end();
      await read.read();
      await source.close();
      if (!isBeforeEnd) return;
      const lines = read.stored.trimEnd().split("\n");
      expect({ at, lines }).toEqual({ at, lines: [...new Set(lines)].sort() });
      const isSilent = seen.has("line 2 x\n") && !lines.includes("line 2 x") && read.losses.length === 0;
      expect({ at, isSilent, first: lines[0], last: lines.at(-1) }).toEqual({
        at,
        isSilent: false,
        first: "line 1 x",
        last: "line 3 x",
      });
    }
  },
);

/** A file is stored and renamed, and so is the next one. Then the first one gets its name back. */
async function readRenamedBack({
  first = "line 1\n",
  meanwhile = () => Promise.resolve(),
  isSeenBack = false,
  recordsBirths = true,
}: {
  first?: string;
  meanwhile?: (folder: SimulatedFolder, look: () => Promise<void>) => Promise<void>;
  isSeenBack?: boolean;
  recordsBirths?: boolean;
}): Promise<{ stored: string; lost: readonly number[] }> {
  const folder = new SimulatedFolder(recordsBirths);
  const path = "/work/app.log";
  const files = new SeenFiles(new SimulatedFiles(folder, () => Promise.resolve()), path);
  const access = { files, openFiles: new OpenFiles(8) };
  folder.write("app.log", Buffer.from(first));
  const { source } = await startSource({ access, path, isTracked: () => false });
  const read = new ReadSource(source);
  const look = async (): Promise<void> => {
    folder.pass(200);
    await read.read();
  };
  await look();
  folder.rename("app.log", "app.log.1");
  folder.write("app.log", Buffer.from("line 2\n"));
  await look();
  await meanwhile(folder, look);
  folder.remove("app.log");
  folder.rename("app.log.1", "app.log");
  if (isSeenBack) await look();
  folder.write("app.log", Buffer.from("line 4\n"));
  await look();
  await source.end();
  await read.read();
  await source.close();
  return { stored: read.stored, lost: read.losses };
}

const writeLate = (folder: SimulatedFolder): Promise<void> => {
  folder.write("app.log.1", Buffer.from("line 3\n"));
  return Promise.resolve();
};

test("a stored file that has its name again is continued without a loss if it was seen before it was written to", async () => {
  expect(await readRenamedBack({ isSeenBack: true })).toEqual({
    stored: "line 1\nline 2\nline 4\n",
    lost: [],
  });
});

test.each([true, false])(
  "a possible loss is reported before what may have been written to a stored file under its other name (seen again before more is written: %s)",
  async (isSeenBack) => {
    const found = await readRenamedBack({ meanwhile: writeLate, isSeenBack });
    expect(found).toEqual({ stored: "line 1\nline 2\nline 3\nline 4\n", lost: [14] });
  },
);

test("a possible loss is reported before what may have been written to an empty file under its other name", async () => {
  const found = await readRenamedBack({ first: "", meanwhile: writeLate });
  expect(found).toEqual({ stored: "line 2\nline 3\nline 4\n", lost: [7] });
});

test("a possible loss is reported if a stored file was emptied and written to again under its other name", async () => {
  const found = await readRenamedBack({
    meanwhile: async (folder) => {
      folder.truncate("app.log.1");
      await writeLate(folder);
    },
  });
  expect(found).toEqual({ stored: "line 1\nline 2\nline 3\nline 4\n", lost: [14] });
});

test("lines that were reported as lost under another name of a file are not stored when it has its name again", async () => {
  const found = await readRenamedBack({
    meanwhile: async (folder, look) => {
      await writeLate(folder);
      await look();
      folder.write("app.log", Buffer.from("next 2\n"));
      await look();
    },
    isSeenBack: true,
  });
  expect(found).toEqual({ stored: "line 1\nline 2\nnext 2\nline 4\n", lost: [14] });
});
