import { expect, test } from "vitest";

import { leftOutOnWindows } from "./left-out-on-windows.js";
import { nightlyOnWindows } from "./nightly-on-windows.js";
import { listTestFiles } from "./tests-on-windows.js";

const folders = ["core", "conventions", "storage", "outputs", "tracking", "batch", "diagnosis", "cli"];

test("the lists of files that do not run on Windows, or only nightly, name files that exist, and each in one list", () => {
  const files = new Set(listTestFiles(folders));
  const named = [...leftOutOnWindows.keys(), ...nightlyOnWindows];
  expect(named.filter((file) => !files.has(file))).toEqual([]);
  expect(named).toHaveLength(new Set(named).size);
});
