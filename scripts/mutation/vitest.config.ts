import { defineConfig } from "vitest/config";

import { hangTimeoutInMs } from "../../test/support/time-limits.js";

/** The tests of one area: run-mutation.mjs names them. */
export default defineConfig({
  test: {
    include: JSON.parse(process.env["MUTATION_TESTS"] ?? "[]") as string[],
    testTimeout: hangTimeoutInMs,
  },
});
