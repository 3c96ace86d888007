import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { commandLineTests } from "./command-line-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";

for (const files of commandLineTests) await declareWindowsTests(files, skippedOnWindows);
