import { describe, expect, test } from "vitest";

import { argumentRangeError, BatchOutputsError } from "../../../src/core/index.js";
import { describeFailure as describeOnServer } from "../../../src/viewer/server/http/failure-response.js";
import { ViewerError } from "../../../src/viewer/server/http/viewer-error.js";
import { describeFailure } from "../../../src/viewer/web/text/hints.js";

describe("errors are sent as data, and the page words them", () => {
  test("an error of the library keeps its reason and its hint apart", () => {
    const error = new BatchOutputsError("CredentialExpired", "The SAS has expired.", {
      hint: { action: "renew-sas" },
    });
    const { status, failure } = describeOnServer(error);
    expect({ status, failure }).toEqual({
      status: 403,
      failure: { code: "CredentialExpired", reason: "The SAS has expired.", hint: { action: "renew-sas" } },
    });
    expect(describeFailure(failure)).toBe("The SAS has expired. Start the viewer again with a new SAS.");
  });

  test("an invalid argument is a bad request that names it", () => {
    const { status, failure } = describeOnServer(argumentRangeError("kind", "must not begin with a slash"));
    expect({ status, ...failure }).toEqual({
      status: 400,
      code: "BadRequest",
      reason: "kind must not begin with a slash.",
      argument: "kind",
      problem: "must not begin with a slash",
    });
  });

  test("a plain TypeError of a defect is not a bad request, and its message is not shown", () => {
    const { status, failure } = describeOnServer(new TypeError("options.secret must be sig=abc"));
    expect(status).toBe(500);
    expect(JSON.stringify(failure)).not.toContain("secret");
  });

  test("a parameter has the name that the page shows", () => {
    const failure = {
      code: "BadRequest",
      reason: "q must have 1 to 1000 characters.",
      argument: "q",
      problem: "must have 1 to 1000 characters",
    };
    expect(describeFailure(failure)).toBe("The search text must have 1 to 1000 characters.");
  });

  test("a parameter without a name on the page keeps its own", () => {
    const { failure } = describeOnServer(argumentRangeError("kind", "must not be empty"));
    expect(describeFailure(failure)).toBe("kind must not be empty.");
  });

  test("the page does not parse the reason to find the argument", () => {
    const reason = "q may look like a parameter here, but this sentence is not about one.";
    expect(describeFailure({ code: "BadRequest", reason, argument: "q" })).toBe(reason);
  });

  test("no hint on the page mentions the library's options", () => {
    const { failure } = new ViewerError(422, "PatternTooSlow", "It took too long.", {
      hint: { action: "simplify-pattern" },
    });
    expect(describeFailure(failure)).toBe(
      "It took too long. Search for plain text, or use a simpler regular expression.",
    );
    const prepare = { action: "prepare-output-storage", jobId: "film-7" } as const;
    expect(describeFailure({ code: "x", reason: "No container.", hint: prepare })).not.toMatch(
      /prepareOutputStorage|options\./,
    );
  });
});
