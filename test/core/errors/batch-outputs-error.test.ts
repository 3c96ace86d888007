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

  it("is an error with a name, a code, and its known context", () => {
    expect(error).toBeInstanceOf(Error);
    expect(Object.fromEntries(Object.entries(error))).toEqual({
      name: "BatchOutputsError",
      code: "OutputNotFound",
      jobId: "film-7",
      path: "x",
    });
    expect(String(error)).toBe("BatchOutputsError: Fetching x failed: there is none.");
  });

  it("prints its name, its code and its cause", () => {
    expect(inspect(error)).toMatch(
      /^BatchOutputsError: Fetching x failed[^]*code: 'OutputNotFound'[^]*own words/,
    );
  });

  it("has a cause only if one was given, even undefined", () => {
    expect(error.cause).toBe(cause);
    expect("cause" in new BatchOutputsError("CannotSign", "No.")).toBe(false);
    expect("cause" in new BatchOutputsError("CannotSign", "No.", { cause: undefined })).toBe(true);
  });

  it("is recognized by its name, also from a second copy of the package", () => {
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

  it("matches docs/reference/errors.md, in the same order", () => {
    const document = readFileSync(new URL("docs/reference/errors.md", root), "utf8");
    const described = [...document.matchAll(/^### `(\w+)`\n\n\S/gm)].map(([, code]) => code);
    expect(described).toEqual([...batchOutputsErrorCodes]);
  });

  it("has no code that the source never uses", () => {
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
