import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";

await declareWindowsTests(["paths", "logs", "command-line"].map((name) => `test/windows/inside/${name}.ts`));
