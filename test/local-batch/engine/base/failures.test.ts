import { expect, it } from "vitest";

import { describeError } from "../../../../src/local-batch/engine/base/failures.js";

it("describes an error by the first line of its message, without a signature", () => {
  const error = new Error("GET http://a/c?sv=1&sig=abc%2Bdef&se=2 failed\nAuthorization: secret");
  expect(describeError(error)).toBe("GET http://a/c?sv=1&sig=REDACTED&se=2 failed");
});
