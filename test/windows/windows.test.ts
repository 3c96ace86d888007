import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";

await declareWindowsTests(
  ["paths", "logs", "downloads", "command-line"].map((name) => `test/windows/inside/${name}.ts`),
);
