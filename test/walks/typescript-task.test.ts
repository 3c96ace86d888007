import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

test("the guide for TypeScript tasks leads from an empty folder to the downloaded frame", async () => {
  const guide = readGuide("batch-library-in-task.md", "Try it on your machine");
  const newcomer = setUpNewcomer("batch-library-in-task.md");
  newcomer.writeFiles(guide);
  const stdout = await newcomer.run(guide.commands);
  expect(stdout).toContain("saved frame.svg of frame-12\nframe-12: 1 file\n");
  expect(stdout).toMatch(/frame-12 +TaskOutput +frame\.svg/);
  expect(existsSync(join(newcomer.folder, "fetched/frame-12/frame.svg"))).toBe(true);
});
