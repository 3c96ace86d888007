import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import {
  BatchOutputsError,
  batchOutputsErrorCodes,
  isBatchOutputsError,
} from "../../../src/core/errors/batch-outputs-error.js";

const root = new URL("../../..", import.meta.url);

describe("A BatchOutputsError", () => {
  const cause = new Error("the service's own words");
  const error = new BatchOutputsError("OutputNotFound", "Fetching x failed: there is none.", {
    jobId: "film-7",
    taskId: undefined,
    path: "x",
    cause,
  });

  it("is an error with a name, a code, and what it was about, as far as that is known", () => {
    expect(error).toBeInstanceOf(Error);
    expect(Object.fromEntries(Object.entries(error))).toEqual({
      name: "BatchOutputsError",
      code: "OutputNotFound",
      jobId: "film-7",
      path: "x",
    });
    expect(String(error)).toBe("BatchOutputsError: Fetching x failed: there is none.");
  });

  it("shows its name, its code and what caused it to whoever prints it", () => {
    expect(inspect(error)).toMatch(
      /^BatchOutputsError: Fetching x failed[^]*code: 'OutputNotFound'[^]*own words/,
    );
  });

  it("has a cause only where there is one, be it nothing", () => {
    expect(error.cause).toBe(cause);
    expect("cause" in new BatchOutputsError("CannotSign", "No.")).toBe(false);
    expect("cause" in new BatchOutputsError("CannotSign", "No.", { cause: undefined })).toBe(true);
  });

  it("is known by its name, so that one of a second copy of the package is known too", () => {
    class Other extends Error {
      override readonly name = "BatchOutputsError";
      readonly code = "OutputNotFound";
    }
    expect(isBatchOutputsError(error)).toBe(true);
    expect(isBatchOutputsError(new Other("x"))).toBe(true);
    expect(
      [new Error("x"), Object.assign({}, error), "BatchOutputsError", null, undefined].some(
        isBatchOutputsError,
      ),
    ).toBe(false);
  });
});

describe("The list of codes", () => {
  it("has each code once", () => {
    expect(new Set(batchOutputsErrorCodes).size).toBe(batchOutputsErrorCodes.length);
  });

  it("is what docs/reference/errors.md describes, in the same order", () => {
    const document = readFileSync(new URL("docs/reference/errors.md", root), "utf8");
    const described = [...document.matchAll(/^### `(\w+)`\n\n\S/gm)].map(([, code]) => code);
    expect(described).toEqual([...batchOutputsErrorCodes]);
  });

  it("has no code that nothing gives", () => {
    const source = sourceFiles()
      .map((path) => readFileSync(path, "utf8"))
      .join("\n");
    expect(batchOutputsErrorCodes.filter((code) => !source.includes(`"${code}"`))).toEqual([]);
  });
});

/** The files of src/ but for those that only list codes. */
function sourceFiles(): string[] {
  const folder = fileURLToPath(new URL("src/", root));
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter(
      (name) =>
        name.endsWith(".ts") &&
        ![
          join("core", "errors", "batch-outputs-error.ts"),
          join("core", "errors", "concerns-all-outputs.ts"),
          join("core", "errors", "transient.ts"),
        ].includes(name),
    )
    .map((name) => `${folder}${name}`);
}
