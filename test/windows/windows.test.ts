import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";

await declareWindowsTests(
  ["paths", "files", "logs", "downloads"].map((name) => `test/windows/inside/${name}.ts`),
);
