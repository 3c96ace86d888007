import { expect, it } from "vitest";

import { createFailureInfo, describeError } from "../../../../src/local-batch/engine/base/failures.js";

it("describes an error by the first line of its message, without a signature", () => {
  const error = new Error("GET http://a/c?sv=1&sig=abc%2Bdef&se=2 failed\nAuthorization: secret");
  expect(describeError(error)).toBe("GET http://a/c?sv=1&sig=REDACTED&se=2 failed");
});

it("removes credentials from the details of a failure", () => {
  const { details } = createFailureInfo("CommandProgramNotFound", {
    CommandLine: "AZURE_CLIENT_SECRET=c2VjcmV0c2VjcmV0 ./render",
    Message: "There is no program AZURE_CLIENT_SECRET=c2VjcmV0c2VjcmV0",
  });
  expect(details).toEqual([
    { name: "CommandLine", value: "AZURE_CLIENT_SECRET=REDACTED ./render" },
    { name: "Message", value: "There is no program AZURE_CLIENT_SECRET=REDACTED" },
  ]);
});
