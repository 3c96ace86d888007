import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";

await declareWindowsTests(
  [
    ...["argument", "batch-id", "blob-name", "blob-url", "conformance", "container-name", "document"],
    ...["dotnet-defects", "long-input", "output-kind", "output-path", "task-url"],
  ].map((name) => `test/conventions/${name}.test.ts`),
);
