import assert from "node:assert/strict";
import { createHash } from "node:crypto";

import { jobIdFromContainerName, jobOutputContainerName } from "../../../src/conventions/index.js";
import { jobId } from "../../conventions/arbitraries.js";
import type { FuzzTarget } from "../support/fuzz-target.js";
import { attemptArgument } from "../support/properties.js";

/** Source: "Naming and referencing containers, blobs, and metadata". */
const legalContainer = /^(?=.{3,63}$)[a-z0-9](?:-?[a-z0-9])*$/;

/** The rule of the .NET library in other words: see test/conformance/container-names.json. */
function expectedName(id: string): string {
  const lower = id.toLowerCase();
  const plain = `job-${lower}`;
  if (legalContainer.test(plain)) return plain;
  const words = lower.split(/[-_:]/).filter((word) => word !== "");
  const stem = words.join("-").slice(0, 15).replace(/-$/, "") || "job";
  return `job-${stem}-${createHash("sha1").update(lower).digest("hex")}`;
}

export const target: FuzzTarget = {
  seeds: ["Film-7", "film_7", "a", "-", "sched:job-1", "job-", "x".repeat(59), "x".repeat(60), "my-job-bob"],
  grammar: jobId,
  words: ["job-", "job-job-", "-", "--", "_", ":", "K"],
  check(input) {
    const { value: name } = attemptArgument(() => jobOutputContainerName(input));
    assert.equal(name !== undefined, /^[A-Za-z0-9_:-]+$/.test(input), "exactly ids of jobs have a container");
    if (name !== undefined) {
      assert.match(name, legalContainer);
      assert.equal(name, expectedName(input));
      assert.equal(jobOutputContainerName(input.toUpperCase()), name);
      const id = jobIdFromContainerName(name);
      if (id !== undefined) assert.equal(id, input.toLowerCase());
    }
    const named = jobIdFromContainerName(input);
    if (named !== undefined) assert.equal(jobOutputContainerName(named), input);
  },
};
