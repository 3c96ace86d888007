import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requireJobId, requireTaskId, isTaskId } from "../../src/conventions/index.js";
import { jobId, taskId } from "./arbitraries.js";
import { findRefusalFault } from "./capture-result.js";

describe("The id of a task", () => {
  it("is any 1 to 64 letters, digits, hyphens and underscores", () => {
    fc.assert(
      fc.property(taskId, (id) => {
        expect(isTaskId(id)).toBe(true);
        requireTaskId(id);
      }),
    );
  });

  it.each([
    ["65 characters", "t".repeat(65)],
    ["a colon", "sched:job-1"],
    ["a slash", "t/1"],
    ["a dollar sign", "$TaskLog"],
    ["a line feed at the end", "t\n"],
    ["up-steps", ".."],
    ["nothing in it", ""],
  ])("is not a text with %s", (_, text) => {
    expect(isTaskId(text)).toBe(false);
    expect(
      findRefusalFault(() => {
        requireTaskId(text);
      }, ["taskId"]),
    ).toBeUndefined();
  });

  it.each([undefined, null, 7, { id: "t" }])("is a string, and so not %j", (value) => {
    expect(() => {
      requireTaskId(value);
    }).toThrow(new TypeError(`taskId must be a string, but is ${value === null ? "null" : typeof value}`));
  });
});

describe("The id of a job", () => {
  it("may have the colon of a job that a schedule made, and be longer than 64 characters", () => {
    fc.assert(
      fc.property(jobId, (id) => {
        requireJobId(id);
      }),
    );
  });

  it("is refused under the name of the caller's own argument", () => {
    expect(
      findRefusalFault(() => {
        requireJobId("a b", "job.id");
      }, ["job.id"]),
    ).toBeUndefined();
  });
});
