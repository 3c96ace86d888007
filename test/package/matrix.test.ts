import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { packageRoot } from "./npm-package.js";

test("the table of the guide, which `npm run matrix` writes, has no cell that fails", () => {
  const guide = readFileSync(join(packageRoot, "docs/guides/bundlers-and-runtimes.md"), "utf8");
  expect(guide).toMatch(/^\| esbuild /m);
  expect(guide).not.toContain("**fails**");
});
