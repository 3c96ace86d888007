import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requireOutputPath, outputPathFor } from "../../src/conventions/index.js";
import { confusedPath, outputPath } from "./arbitraries.js";
import { findRefusalFault } from "./capture-result.js";

/** The rule once more, in other words: segments between separators of either kind, less the ".." in front. */
function pathByTheRule(source: string): string {
  const segments = source.split(/[/\\]/);
  const first = segments.findIndex((segment, index) => segment !== ".." || index === segments.length - 1);
  return segments.slice(first).join("/");
}

function answer(source: string): string | RangeError {
  try {
    return outputPathFor(source);
  } catch (error) {
    if (error instanceof RangeError) return error;
    throw error;
  }
}

describe("The output path of a source path", () => {
  it("is the path itself if that is an output path", () => {
    fc.assert(
      fc.property(outputPath, (path) => {
        expect(outputPathFor(path)).toBe(path);
      }),
    );
  });

  it("has slashes for backslashes and none of the leading up-steps, however they are written", () => {
    const upSteps = fc.array(fc.constantFrom("../", "..\\"), { maxLength: 20 });
    const separators = fc.infiniteStream(fc.boolean());
    fc.assert(
      fc.property(upSteps, outputPath, separators, (steps, path, backslashes) => {
        const written = path.replaceAll("/", () => (backslashes.next().value ? "\\" : "/"));
        expect(outputPathFor(steps.join("") + written)).toBe(path);
      }),
    );
  });

  it("never has a backslash, an empty segment, an up-step or a root; otherwise the error names the argument", () => {
    let refused = 0;
    fc.assert(
      fc.property(confusedPath, (source) => {
        const path = answer(source);
        if (path instanceof RangeError) {
          refused += 1;
          expect(path.message).toMatch(/^sourceRelativePath /);
          return;
        }
        expect(path).not.toMatch(/\\|(?:^|\/)(?:\.{0,2}|.*\.)(?:\/|$)|^[A-Za-z]:/s);
        expect(path).toBe(pathByTheRule(source));
        requireOutputPath(path);
      }),
      { numRuns: 2000 },
    );
    expect(refused).toBeGreaterThan(100);
  });

  it("is unchanged when used as a source path", () => {
    fc.assert(
      fc.property(confusedPath, (source) => {
        const path = answer(source);
        if (typeof path === "string") expect(outputPathFor(path)).toBe(path);
      }),
    );
  });

  it.each(["../", "..\\", "../..\\", "..\\../"])("comes also after 100,000 up-steps written %j", (steps) => {
    const many = steps.repeat(100_000 / (steps.length / 3));
    expect(outputPathFor(`${many}a\\b.txt`)).toBe("a/b.txt");
    expect(findRefusalFault(() => outputPathFor(many), ["sourceRelativePath"])).toBeUndefined();
    expect(findRefusalFault(() => outputPathFor(`a/${many}b`), ["sourceRelativePath"])).toBeUndefined();
  });

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["empty", ""],
    ["a number", 3],
    ["rooted on Linux", "/abs/x.txt"],
    ["rooted on Windows", "\\abs"],
    ["on a drive", "C:\\temp\\x.txt"],
    ["relative to a drive", "c:x.txt"],
    ["on a share", "\\\\server\\share\\x"],
    ["on a drive after up-steps", "../C:/x"],
    ["rooted after up-steps", "..//x"],
    ["up-steps and nothing else", "..\\../"],
    ["the folder itself", "."],
    ["the folder above", ".."],
    ["below the folder itself", "./a.txt"],
    ["an up-step inside", "a/../b"],
    ["a trailing slash", "a/"],
    ["a doubled slash", "a//b"],
    ["a segment that ends in a dot", "a./b"],
    ["a line feed", "a\nb"],
    ["half of a surrogate pair", "\udc00.txt"],
  ])("is refused for a path that is %s", (_, path) => {
    expect(findRefusalFault(() => outputPathFor(path as string), ["sourceRelativePath"])).toBeUndefined();
  });

  it("is rejected with the path as it was given, and its problem", () => {
    expect(() => outputPathFor("C:\\temp\\x.txt")).toThrow(
      /^sourceRelativePath must be a relative path, but is "C:\\\\temp\\\\x.txt"$/,
    );
    expect(() => outputPathFor("a/../b")).toThrow('".."');
    expect(() => outputPathFor("a/../b")).toThrow("which the service would resolve");
  });

  it("names the argument that would allow an absolute path", () => {
    const options = { argumentName: "sourcePath", alternative: "options.destinationPath" };
    expect(() => outputPathFor("/x", options)).toThrow(
      /^sourcePath must be a relative path, but is "\/x" \(allowed with options\.destinationPath\)$/,
    );
  });

  it("is refused under the name of the caller's own argument", () => {
    const fault = findRefusalFault(() => outputPathFor("/x", { argumentName: "sourcePath" }), ["sourcePath"]);
    expect(fault).toBeUndefined();
  });
});

describe("An output path that is given", () => {
  it.each([
    "s\\a.txt",
    "..\\x",
    "../x",
    "/abs",
    "x/",
    "a//b",
    "./a",
    "C:\\x",
    "C:x",
    "..",
    ".",
    "a.",
    "",
    null,
  ])("is not mended, but refused: %j", (path) => {
    expect(
      findRefusalFault(() => {
        requireOutputPath(path);
      }, ["path"]),
    ).toBeUndefined();
  });

  it("says which character it cannot hold, and where", () => {
    expect(() => {
      requireOutputPath("logs/a\u0007b", "destinationPath");
    }).toThrow(
      new RangeError(
        'destinationPath must not contain the character U+0007 (at position 6), but is "logs/a\\u0007b"',
      ),
    );
  });
});
