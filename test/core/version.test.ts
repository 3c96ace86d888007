import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { packageVersion } from "../../src/core/version.js";

it("The version in the user agent and in spans is that of the package", () => {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  expect(packageVersion).toBe((JSON.parse(text) as { version: string }).version);
});
