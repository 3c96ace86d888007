import { expect, it } from "vitest";

import { findError } from "../../src/diagnosis/index.js";
import { logsOfClusters } from "./support/logs-of-clusters.js";
import { logsOfLanguages } from "./support/logs-of-languages.js";
import { logsOfTools } from "./support/logs-of-tools.js";

it.each([...logsOfLanguages, ...logsOfTools, ...logsOfClusters])(
  "the line that a person would name is found in a log of %s",
  (_, expected, text) => {
    const found = findError(`${text}\n`);
    expect(found?.line).toContain(expected);
    expect(found?.isCertain).toBe(true);
  },
);

it("the last line that tells something is shown if no line names an error", () => {
  const found = findError("negative pressure in cell 71\nSTOP 3\n");
  expect(found).toMatchObject({ line: "negative pressure in cell 71", isCertain: false });
});

it.each([
  "Error estimate: 0.0012",
  "E: -1234.5",
  "Step-1 : starting",
  "worker: failed to fetch tile 7, retrying in 2 s",
  "INFO: cannot use the GPU, computes on the processor",
  "  | step | residual |",
])("a line that only resembles an error is none: %s", (line) => {
  expect(findError(`step 1\n${line}\n`)?.isCertain).toBe(false);
});
