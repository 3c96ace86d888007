import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { SeenFiles } from "../../../src/tracking/source/files/seen-files.js";
import { localFiles } from "../../../src/tracking/source/files/source-files.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

test("more contents than can be remembered are reported as such, once", async () => {
  const path = join(createTemporaryFolder(), "app.log");
  const files = new SeenFiles(localFiles, path);
  const see = async (count: number): Promise<void> => {
    for (let index = 0; index < count; index += 1) {
      writeFileSync(path, `line ${index}\n`);
      await files.stat(path);
      renameSync(path, `${path}.${index}`);
    }
  };
  await see(64);
  const all = files.takeSeen();
  expect([all.contents.length, all.isIncomplete]).toEqual([64, false]);
  await see(65);
  const some = files.takeSeen();
  expect([some.contents.length, some.isIncomplete]).toEqual([64, true]);
  files.putBack([...some.contents, ...all.contents]);
  expect(files.takeSeen().isIncomplete).toBe(true);
  expect(files.takeSeen()).toEqual({ contents: [], isIncomplete: false });
});
