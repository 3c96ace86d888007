import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { requireDebianPackage } from "../local-batch/support/debian-client.js";
import { useSharedAzurite } from "../support/use-shared-azurite.js";
import { noChromium, openBrowser } from "../viewer/support/chromium.js";
import { openWatchedPage } from "../viewer/support/open-watched-page.js";
import { readGuide } from "./support/guide.js";
import { setUpNewcomer } from "./support/newcomer.js";

test("the guide for causes makes a job that failed, and finds the cause", async () => {
  const guide = readGuide("why-did-it-fail.md", "Try it on your machine");
  const newcomer = setUpNewcomer("why-did-it-fail.md");
  await newcomer.run(["npm install --global azure-batch-outputs"]);
  const storage = { AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString };
  const stdout = await newcomer.run(guide.commands, storage);
  expect(stdout).toContain("3 of 3 failures (100 %): exit code 1\n   FileNotFoundError: ");
});

test.skipIf(noChromium !== undefined)(
  "the guide of the viewer shows the job that failed, and why",
  async () => {
    const newcomer = setUpNewcomer("viewer.md");
    const storage = { AZURE_STORAGE_CONNECTION_STRING: useSharedAzurite().connectionString };
    await newcomer.run(["npm install --global azure-batch-outputs"]);
    // The page sends its readers there for a job to look at.
    await newcomer.run(readGuide("why-did-it-fail.md", "Try it on your machine").commands, storage);

    const [[view = ""] = []] = readGuide("viewer.md").commands.map((block) => block.split(/ *#.*\n/));
    const address = await newcomer.view(view, storage);
    await using browser = await openBrowser();
    const { page } = await openWatchedPage(browser, new URL(address).origin);
    await page.goto(address);
    await page.getByRole("link", { name: "film-8" }).first().click();
    await page.getByText("Why tasks failed").waitFor();
    await page.getByText("FileNotFoundError").first().waitFor();
    await page.getByRole("link", { name: "frame-2" }).first().click();
    await page.getByText("missing.blend").first().waitFor();
    expect(new URL(page.url()).pathname).toContain("frame-2");
  },
);

test("the guide for failed tasks leads to the files that the task did not save", async (context) => {
  requireDebianPackage(context, "/usr/bin/az", "azure-cli");
  const guide = readGuide("batch-rescue.md", "Try it on your machine");
  const newcomer = setUpNewcomer("batch-rescue.md");
  const [serve = "", ...commands] = guide.commands;
  const stdout = await newcomer.run(commands, await newcomer.serve(serve));
  expect(stdout).toContain("exit code 1");
  expect(stdout).toContain("would save frame-12: wd/frame.csv");
  expect(stdout).toMatch(/^out of memory$/m);
  expect(readFileSync(join(newcomer.folder, "film-2/frame-12/frame.csv"), "utf8")).toBe("half\n");
});
