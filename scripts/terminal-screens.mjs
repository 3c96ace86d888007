/**
 * `npm run screens`: draws the terminal screens of the documents anew. They are what the tests of the command line see in a
 * real terminal (test/cli/terminal-*.test.ts), photographed where a test says so.
 *
 * With names of screens, those alone: `npm run screens -- save list`.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

import { terminalSvg } from "./terminal-svg.mjs";

const wanted = process.argv.slice(2);
const album = mkdtempSync(join(tmpdir(), "screens-"));
try {
  const { status } = spawnSync("npx", ["vitest", "run", "--project", "cli", "test/cli/terminal-"], {
    stdio: "inherit",
    env: { ...process.env, BATCH_OUTPUTS_SCREENS: album },
  });
  if (status !== 0) throw new Error("The tests failed: what they saw is not to be shown.");
  mkdirSync("docs/images", { recursive: true });
  for (const file of readdirSync(album)) {
    const name = basename(file, ".ansi");
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    const [columns = "", ...lines] = readFileSync(join(album, file), "utf8").trimEnd().split("\n");
    // Typed text is highlighted.
    const shown = lines.map((line) => (line.startsWith("$ ") ? `\x1b[32m${line}\x1b[0m` : line));
    writeFileSync(`docs/images/terminal-${name}.svg`, terminalSvg(shown, Number(columns)));
    console.log(`docs/images/terminal-${name}.svg`);
  }
} finally {
  rmSync(album, { recursive: true, force: true });
}
