import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";

import { localFiles } from "../../../src/tracking/source/files/source-files.js";
import { createTemporaryFolder } from "../../support/create-temporary-folder.js";

async function prepareFolder(names: readonly string[]): Promise<string> {
  const folder = join(createTemporaryFolder(), "logs");
  await mkdir(folder);
  for (const name of names) await writeFile(join(folder, name), "");
  return folder;
}

const names = ["app.log", "app.log.1", "app.1.log", "ap", "aqq", "app", "apq", "b", "éa", "é", "🙂.log"];

test.each([
  ["app", ["app", "app.1.log", "app.log", "app.log.1"]],
  ["app.log", ["app.log", "app.log.1"]],
  ["a", ["ap", "app", "app.1.log", "app.log", "app.log.1", "apq", "aqq"]],
  ["é", ["é", "éa"]],
  ["🙂", ["🙂.log"]],
  ["0", []],
  ["app.log.12", []],
  ["🙂🙂", []],
])("lists the names that begin with %j", async (prefix, expected) => {
  const folder = await prepareFolder(names);
  expect(await localFiles.list(folder, prefix)).toEqual(expected);
});

test("lists a folder that has not changed for some time from memory, and again after a change", async () => {
  const folder = await prepareFolder(["app.log"]);
  await utimes(folder, 1_000_000, 1_000_000);
  expect(await localFiles.list(folder, "app")).toEqual(["app.log"]);
  expect(await localFiles.list(folder, "other")).toEqual([]);
  await writeFile(join(folder, "app.log.1"), "");
  expect(await localFiles.list(folder, "app")).toEqual(["app.log", "app.log.1"]);
});

test("lists no names of a folder that does not exist", async () => {
  expect(await localFiles.list(join(createTemporaryFolder(), "missing"), "app")).toEqual([]);
});
