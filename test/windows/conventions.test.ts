import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";
import { listTestsOnWindows } from "./tests-on-windows.js";

await declareWindowsTests(listTestsOnWindows("conventions"), skippedOnWindows);
