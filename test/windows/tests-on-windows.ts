import { readdirSync } from "node:fs";
import { join } from "node:path";

import { isShortOnWindows } from "./nightly-on-windows.js";
import { leftOutOnWindows } from "./left-out-on-windows.js";

const root = join(import.meta.dirname, "../..");
const isFull = process.env["WINDOWS_TESTS"] === "full";

/**
 * The test files below folders of `test/` that run on Windows: all but those of `left-out-on-windows.ts`, so that a new file runs, or its
 * reason is written down. Those of `nightly-on-windows.ts` run with `WINDOWS_TESTS=full`.
 */
export function listTestsOnWindows(...folders: readonly string[]): readonly string[] {
  return listTestFiles(folders)
    .filter((file) => !leftOutOnWindows.has(file))
    .filter((file) => isFull || isShortOnWindows(file));
}

/** How many files run in one process: what one leaves behind ends with it. */
const filesInPart = 15;

/** Divides many files into parts for a process each. */
export function inParts(files: readonly string[]): readonly (readonly string[])[] {
  return Array.from({ length: Math.ceil(files.length / filesInPart) }, (_, part) =>
    files.slice(part * filesInPart, (part + 1) * filesInPart),
  );
}

/** From the package's folder, in order. */
export function listTestFiles(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(root, "test", folder), { recursive: true, encoding: "utf8" })
      .filter((name) => name.endsWith(".test.ts"))
      .sort()
      .map((name) => `test/${folder}/${name}`),
  );
}
