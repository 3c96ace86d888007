import { expect, test } from "vitest";

import { OpenFiles } from "../../../src/tracking/source/files/open-files.js";
import { startSource } from "../../../src/tracking/source/resume/start-source.js";
import { SimulatedFiles, SimulatedFolder } from "../simulation/simulated-files.js";

test.each([true, false])(
  "lines that a program writes to its renamed file are read while no other file follows (birth times recorded: %s)",
  async (recordsBirths) => {
    const folder = new SimulatedFolder(recordsBirths);
    const files = new SimulatedFiles(folder, () => Promise.resolve());
    const access = { files, openFiles: new OpenFiles(8) };
    folder.write("app.log", Buffer.from("first\n"));
    const { source } = await startSource({ access, path: "/work/app.log", isTracked: () => false });
    await source.look();
    expect(await source.next(() => 0, 100)).toMatchObject({ data: Buffer.from("first\n") });
    folder.rename("app.log", "app.log.1");
    for (const line of ["second\n", "third\n"]) {
      const offset = folder.content("app.log.1").length;
      folder.pass(200);
      await source.look();
      await source.look();
      folder.write("app.log.1", Buffer.from(line));
      await source.look();
      expect(await source.next(() => offset, 100)).toMatchObject({ data: Buffer.from(line) });
    }
    await source.end();
    expect(await source.next(() => folder.content("app.log.1").length, 100)).toBeUndefined();
    await source.close();
  },
);
