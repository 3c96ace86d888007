import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";
import { inParts, listTestsOnWindows } from "./tests-on-windows.js";

for (const files of inParts(listTestsOnWindows("outputs")))
  await declareWindowsTests(files, skippedOnWindows);
