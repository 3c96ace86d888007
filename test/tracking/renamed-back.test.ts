import { appendFileSync, renameSync, rmSync } from "node:fs";
import { expect, test } from "vitest";

import { OpenFiles } from "../../src/tracking/source/files/open-files.js";
import { SeenFiles } from "../../src/tracking/source/files/seen-files.js";
import { startSource } from "../../src/tracking/source/resume/start-source.js";
import { SeenLines } from "./simulation/seen-lines.js";
import { SimulatedFiles, SimulatedFolder } from "./simulation/simulated-files.js";
import { ReadSource } from "./support/read-source.js";
import { setUpTracking } from "./support/tracking-fixture.js";

/** A file is renamed, and gets its name back before the file that was between is stored. */
async function trackRenamedBack(isWrittenBeforeLook: boolean): Promise<{ stored: string; lost: number[] }> {
  const fixture = await setUpTracking();
  const { path } = fixture;
  fixture.write("line 1\n");
  const session = await fixture.openSession();
  const lost: number[] = [];
  session.events = {
    flushed: () => undefined,
    rotated: () => undefined,
    timesFailed: () => undefined,
    lost: (_bytes, position) => lost.push(position),
  };
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
