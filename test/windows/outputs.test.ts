import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";

await declareWindowsTests(
  [
    "fetch/download-outputs",
    "fetch/dotnet-fetching",
    "fetch/local-names",
    "list/find-logs",
    "list/list-tasks",
    "reference/delete-output",
    "reference/output-by-blob-name",
    "reference/output-file-reference",
    "runs/merge-task-runs",
    "runs/run-record",
    "save/dotnet-saving",
    "save/find-source-files",
    "save/save-many",
    "save/save-text",
  ].map((name) => `test/outputs/${name}.test.ts`),
  skippedOnWindows,
);
