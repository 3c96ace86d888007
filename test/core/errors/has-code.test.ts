import { readFile } from "node:fs/promises";
import { runInNewContext } from "node:vm";
import { expect, it } from "vitest";

import { hasCode } from "../../../src/core/index.js";

it("recognizes a system error by its code", async () => {
  const missing: unknown = await readFile("/missing/file").catch((error: unknown) => error);
  expect(hasCode(missing, "EACCES", "ENOENT")).toBe(true);
  expect(hasCode(missing, "EACCES")).toBe(false);
});

it("recognizes an error of another realm, which is not an instance of this Error", () => {
  const other: unknown = runInNewContext("Object.assign(new Error('gone'), { code: 'ENOENT' })");
  expect(other instanceof Error).toBe(false);
  expect(hasCode(other, "ENOENT")).toBe(true);
});

it.each([undefined, null, "ENOENT", new Error("ENOENT"), {}])("finds no code in %o", (error) => {
  expect(hasCode(error, "ENOENT")).toBe(false);
});
