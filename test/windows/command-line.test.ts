import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { commandLineTests } from "./command-line-tests.js";
import { isShortOnWindows } from "./nightly-on-windows.js";
import { skippedOnWindows } from "./skipped-on-windows.js";
import { listTestsOnWindows } from "./tests-on-windows.js";

for (const files of commandLineTests) await declareWindowsTests(files, skippedOnWindows);

const others = listTestsOnWindows("cli").filter((file) => !commandLineTests.flat().includes(file));
await declareWindowsTests(others.filter(isShortOnWindows), skippedOnWindows);
// Each in a process of its own: they start many, and Wine's server does not always outlive that.
for (const file of others.filter((file) => !isShortOnWindows(file)))
  await declareWindowsTests([file], skippedOnWindows);
