import { expect, test } from "vitest";

import { describeFailure } from "../../../src/viewer/server/http/failure-response.js";
import { collectWarnings } from "../../outputs/support/logged-lines.js";

test("what is logged of an unexpected error contains no credential", async () => {
  const lines = await collectWarnings(() => {
    const failed = describeFailure(new TypeError("GET https://a/c?sv=1&sig=c2VjcmV0 went wrong"));
    return Promise.resolve(failed);
  });
  expect(lines.join("\n")).toContain("sig=REDACTED went wrong");
  expect(lines.join("\n")).not.toContain("c2VjcmV0");
});
