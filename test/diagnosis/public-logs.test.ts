import { describe, expect, it } from "vitest";

import { findError } from "../../src/diagnosis/index.js";
import { publicLogs } from "./support/public-logs.js";
import { publicLogsOfBuilds } from "./support/public-logs-of-builds.js";

describe("the cause in a log that was published", () => {
  it.each([...publicLogs, ...publicLogsOfBuilds])("of $what ($source)", ({ lines, expected }) => {
    const found = findError(`${lines.join("\n")}\n`);
    expect(found?.line).toContain(expected);
    expect(found?.isCertain).toBe(true);
  });
});
