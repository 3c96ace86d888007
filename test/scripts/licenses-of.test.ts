import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";

import { licensesOf } from "../../scripts/licenses-of.mjs";
import { createTemporaryFolder } from "../support/create-temporary-folder.js";

let modules: string;

beforeEach(() => {
  modules = join(createTemporaryFolder(), "node_modules");
});

test("a bundled package that has no licence, or no copyright holder for the text of its licence, is an error", async () => {
  await expect(licensesOf([createPackage({ author: "A. Author" })])).rejects.toThrow(
    "bundled: neither a licence text nor the name of a licence",
  );
  await expect(licensesOf([createPackage({ license: "MIT" })])).rejects.toThrow(
    "bundled: no licence text and no author",
  );
});

test("a bundled package without a file of its licence gets the text of the licence that it names, with its author", async () => {
  const text = await licensesOf([createPackage({ license: "MIT", author: "A. Author <a@example.com>" })]);
  expect(text).toMatch(/^bundled 1\.0\.0 \(MIT\)\n\nMIT License\n\nCopyright \(c\) A\. Author\n/);
});

test("the file of the licence that a bundled package has is passed on", async () => {
  const source = createPackage({ license: "MIT" });
  writeFileSync(join(modules, "bundled/LICENSE"), "Ask nobody.\n");
  expect(await licensesOf([source])).toBe("bundled 1.0.0 (MIT)\n\nAsk nobody.\n");
});

function createPackage(manifest: Readonly<Record<string, string>>): string {
  const folder = join(modules, "bundled");
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "package.json"),
    JSON.stringify({ name: "bundled", version: "1.0.0", ...manifest }),
  );
  return join(folder, "index.js");
}
