import { afterAll, afterEach, expect } from "vitest";

import { type TappedExchange, tapExchanges } from "./tap-exchanges.js";

/**
 * For vitest's `setupFiles`: a test fails when an exchange under it does not keep to the definitions of the Batch service.
 * They are loaded with the first exchange, so that it costs nothing where there is none.
 */
const underWay: Promise<void>[] = [];
const problems: string[] = [];

tapExchanges((exchange) => {
  underWay.push(check(exchange));
});

async function check(exchange: TappedExchange): Promise<void> {
  const { problemsOf } = await import("./exchange-checks.js");
  problems.push(...problemsOf(exchange));
}

async function expectNoProblems(): Promise<void> {
  await Promise.all(underWay.splice(0));
  expect(problems.splice(0)).toEqual([]);
}

afterEach(expectNoProblems);
// What was exchanged while the last test, or the file, was tidied up.
afterAll(expectNoProblems);
