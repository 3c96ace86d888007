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

test("the README leads a TypeScript developer from an empty folder to a task program that runs", async () => {
  const section = readGuide("../../README.md", "In TypeScript");
  const newcomer = setUpNewcomer("README.md, In TypeScript");
  newcomer.writeFiles(section);
  const stdout = await newcomer.run(section.commands);
  expect(stdout).toContain("frame-12 frame_full_res.jpg 19 image/jpeg\n");
  expect(existsSync(join(newcomer.folder, "outputs/frame-12/frame_full_res.jpg"))).toBe(true);
});
