import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  requireOutputKind,
  JobOutputKind,
  outputStoragePath,
  TaskOutputKind,
} from "../../src/conventions/index.js";
import { kind } from "./arbitraries.js";
import { findRefusalFault } from "./capture-result.js";

const classes = [
  ["JobOutputKind", JobOutputKind, JobOutputKind.JobOutput],
  ["TaskOutputKind", TaskOutputKind, TaskOutputKind.TaskOutput],
] as const;

describe.each(classes)("%s", (_name, predefined, one) => {
  it.each(Object.entries(predefined))("%s stringises to %s", (name, predefinedKind) => {
    expect(predefinedKind).toBe(name);
    expect(outputStoragePath({ kind: predefinedKind })).toBe(`$${name}`);
  });

  it("custom kind stringises to its text", () => {
    const custom: JobOutputKind & TaskOutputKind = "alpha";
    expect(outputStoragePath({ kind: custom })).toBe("$alpha");
  });

  it("two kinds with the same text are equal, also where one is predefined", () => {
    const custom: string = `${one.slice(0, 3)}${one.slice(3)}`;
    expect(custom === one).toBe(true);
    expect(outputStoragePath({ kind: custom })).toBe(outputStoragePath({ kind: one }));
  });

  it("two kinds with differently cased text are not equal", () => {
    expect(outputStoragePath({ kind: one.toLowerCase() })).not.toBe(outputStoragePath({ kind: one }));
  });

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["empty", ""],
    ["a number", 1],
    ["an object", { kind: "TaskLog" }],
  ])("cannot create a kind with %s text", (_, text) => {
    expect(findRefusalFault(() => outputStoragePath({ kind: text as string }), ["kind"])).toBeUndefined();
  });
});

describe("The predefined kinds", () => {
  it("are exactly those of the .NET library", () => {
    expect(Object.values(JobOutputKind)).toEqual(["JobOutput", "JobPreview"]);
    expect(Object.values(TaskOutputKind)).toEqual([
      "TaskOutput",
      "TaskPreview",
      "TaskLog",
      "TaskIntermediate",
    ]);
  });
});

describe("A kind", () => {
  it("can be any other text that is one segment of a blob name", () => {
    fc.assert(
      fc.property(kind, (text) => {
        requireOutputKind(text);
      }),
    );
  });

  it.each([
    ["a slash", "a/b"],
    ["a backslash", "a\\b"],
    ["up-steps", "../x"],
    ["a dot at the end", "v1."],
    ["dots alone", ".."],
    ["a tab", "a\tb"],
    ["a zero byte", "a\0b"],
    ["a control character of the second block", "a\u0085b"],
    ["half of a surrogate pair", "a\ud83d"],
    ["U+FFFE", "a\ufffe"],
  ])("is refused with %s", (_, text) => {
    expect(
      findRefusalFault(() => {
        requireOutputKind(text);
      }, ["kind"]),
    ).toBeUndefined();
  });

  it("is refused under the name of the caller's own argument", () => {
    expect(
      findRefusalFault(() => {
        requireOutputKind("a/b", "options.kind");
      }, ["options.kind"]),
    ).toBeUndefined();
  });
});
