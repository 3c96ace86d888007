import { afterEach, expect } from "vitest";

import { problemsOf } from "./exchange-checks.js";
import { tapExchanges } from "./tap-exchanges.js";

/** For vitest's `setupFiles`: a test fails when an exchange under it does not keep to the definitions of the Batch service. */
const problems: string[] = [];

tapExchanges((exchange) => {
  problems.push(...problemsOf(exchange));
});

afterEach(() => {
  expect(problems.splice(0)).toEqual([]);
});
