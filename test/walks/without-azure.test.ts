import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { requireDebianPackage } from "../local-batch/support/debian-client.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

test("the guide of the local Batch service leads to the output of a task", async (context) => {
  requireDebianPackage(context, "/usr/bin/az", "azure-cli");
  const [serve = "", , ...commands] = readGuide("local-batch.md", "Try it on your machine").commands;
  const newcomer = setUpNewcomer("local-batch.md, with the Azure CLI");
  await newcomer.run(commands, await newcomer.serve(serve));
  expect(readFileSync(join(newcomer.folder, "hello.txt"), "utf8")).toBe("hello\n");
});

test("the guide of the local Batch service leads to a test of a program that passes", async () => {
  const guide = readGuide("local-batch.md", "In tests of your own program");
  const newcomer = setUpNewcomer("local-batch.md, in tests");
  newcomer.writeFiles(guide);
  expect(await newcomer.run(guide.commands)).toMatch(/Tests +1 passed/);
});
