import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";

await declareWindowsTests(
  [
    "defects",
    "faults",
    "kinds-of-loss",
    "log/log-names",
    "rotation-evidence",
    "session/flush-interval",
    "source/resume-source",
    "take-over",
    "tracked-file",
  ].map((name) => `test/tracking/${name}.test.ts`),
  skippedOnWindows,
);
