import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, inject } from "vitest";

import { createDisposableFolder } from "../support/create-disposable-folder.js";
import { declareWindowsTests } from "../support/windows/declare-windows-tests.js";
import { toWindowsPath } from "../support/windows/wine.js";
import { commandLineTests } from "./command-line-tests.js";
import { skippedOnWindows } from "./skipped-on-windows.js";

// The executable for Windows, as it is built on Linux.
const folder = createDisposableFolder();
afterAll(() => {
  folder[Symbol.dispose]();
});
if ("wine" in inject("windows")) {
  const script = join(import.meta.dirname, "../../scripts/build-binary.mjs");
  await promisify(execFile)(process.execPath, [script, "--target", "win-x64", "--outdir", folder.path], {
    cwd: join(import.meta.dirname, "../.."),
  });
}

for (const files of commandLineTests)
  await declareWindowsTests(files, skippedOnWindows, {
    BATCH_OUTPUTS_BINARY: toWindowsPath(join(folder.path, "batch-outputs.exe")),
  });
